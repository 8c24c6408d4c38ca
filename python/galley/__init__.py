"""What scripts do with a Galley server: `deploy` lets a model version answer at an endpoint."""

from ._client import Client, Error
from ._deploy import Deployment, deploy

__version__ = "0.1.0"
__all__ = ["Client", "Deployment", "Error", "deploy"]
