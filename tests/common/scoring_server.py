"""MLflow's own scoring server, in this process: what Galley's answers are compared with."""

import http.client
import socket
import threading
import time

WAIT_SECONDS_MAX = 120


class ScoringServer:
    """MLflow's scoring server with one model, on a thread of this process."""

    def __init__(self, model):
        import mlflow.pyfunc
        import uvicorn
        from mlflow.pyfunc import scoring_server

        app = scoring_server.init(mlflow.pyfunc.load_model(str(model)))
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        self.server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listener]},
                                       daemon=True)
        self.thread.start()
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while not self.server.started and time.monotonic() < deadline:
            time.sleep(0.01)

    def ask(self, content_type, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_SECONDS_MAX)
        try:
            connection.request("POST", "/invocations", body, {"Content-Type": content_type})
            answer = connection.getresponse()
            return answer.status, answer.headers["Content-Type"], answer.read()
        finally:
            connection.close()

    def stop(self):
        self.server.should_exit = True
        self.thread.join(WAIT_SECONDS_MAX)
