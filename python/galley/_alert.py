"""People are told something."""

from ._client import Client


def send_alert(message, severity="warning", *, url=None, project=None, **labels):
    """Tells the receivers that the server's settings name (docs/formats/notification.md).

    message: 1 to 1,000 characters. The same message with the same severity and labels is told once
        in four hours.
    severity: such as "critical", "warning", "info".
    url, project: as of deploy.
    labels: whatever else tells the alert from others, as text: monitor="demand", window=116.

    Returns whether it was told now: False if it was told already. It is stored where no receiver is
    named. Raises galley.Error.
    """
    body = {"message": str(message), "severity": str(severity),
            "labels": {name: str(value) for name, value in labels.items()}}
    return Client(url, project).ask("POST", "notifications", body)["told"]
