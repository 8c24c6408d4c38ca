"""What scripts do with a Galley server: `deploy` lets a model version answer at an endpoint,
`get_model_metrics` says how good its answers were, `send_alert` tells people."""

from ._alert import send_alert
from ._client import Client, Error
from ._deploy import Deployment, deploy
from ._metrics import get_model_metrics

__version__ = "0.1.0"
__all__ = ["Client", "Deployment", "Error", "deploy", "get_model_metrics", "send_alert"]
