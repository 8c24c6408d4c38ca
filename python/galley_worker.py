"""Runs one MLflow model for Galley's gateway, in the model's own Python environment.

    PYTHON galley_worker.py --socket-fd N --model FOLDER

Answers request frames on the inherited Unix socket N (docs/formats/worker_frames.md), one at a
time, as MLflow's scoring server answers `POST /invocations`. Needs the standard library; mlflow,
pandas and numpy are imported from the environment to load and run the model. What the model prints,
on either stream, goes to standard error.
"""

import argparse
import faulthandler
import json
import os
import platform
import socket
import struct
import sys
import time
import traceback
from pathlib import Path

VERSION = 1
HEADER = struct.Struct("<IBBHII")  # Body bytes, version, kind, status, content type bytes, id.
READY, FAILED, REQUEST, ANSWER = 1, 2, 3, 4
READ_BYTES = 1 << 20
FAILURE_LINES_MAX = 12
FAILURE_CHARACTERS_MAX = 4000
MESSAGE_CHARACTERS_MAX = 16000
CAUSE_CHARACTERS_MAX = 2000
NAMES_MAX = 20


class ProtocolError(Exception):
    """The other side sent what is no frame, or not one for a worker."""


def receive_exactly(connection, size):
    """`size` bytes, or None if the stream ended before the first one."""
    received = bytearray()
    while len(received) < size:
        piece = connection.recv(min(size - len(received), READ_BYTES))
        if not piece:
            if received:
                raise ProtocolError(f"the stream ended after {len(received)} of {size} bytes")
            return None
        received += piece
    return bytes(received)


def receive_request(connection):
    """(id, content type, body), or None when the gateway has closed the socket."""
    header = receive_exactly(connection, HEADER.size)
    if header is None:
        return None
    body_bytes, version, kind, _, type_bytes, request_id = HEADER.unpack(header)
    if version != VERSION or kind != REQUEST:
        raise ProtocolError(f"version {version}, kind {kind} where a request should be")
    payload = receive_exactly(connection, type_bytes + body_bytes)
    if payload is None and type_bytes + body_bytes > 0:
        raise ProtocolError("the stream ended behind a header")
    payload = payload or b""
    return request_id, payload[:type_bytes].decode("latin-1"), payload[type_bytes:]


def send_frame(connection, kind, body, *, request_id=0, status=0, content_type=""):
    """Sends a whole frame; `body` is text or bytes."""
    data = body.encode("utf-8", "backslashreplace") if isinstance(body, str) else body
    mime = content_type.encode("latin-1")
    header = HEADER.pack(len(data), VERSION, kind, status, len(mime), request_id)
    connection.sendall(header + mime)
    connection.sendall(data)


def shortened(text, characters_max):
    return text if len(text) <= characters_max else text[:characters_max] + " …"


def separate_streams():
    """Keeps the model's output away from frames and from a terminal: 0 is empty, 1 becomes 2."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    sys.stdout.reconfigure(line_buffering=True)
    faulthandler.enable()


def trust_skops_types(folder):
    """Lets skops files load whatever types they name. skops itself trusts scikit-learn's and
    numpy's; MLflow adds the list `skops_trusted_types` that the model was logged with."""
    if not any(Path(folder).rglob("*.skops")):
        return
    import skops.io

    load = skops.io.load

    def load_trusting(file, trusted=None):
        types = {*(trusted or ()), *skops.io.get_untrusted_types(file=file)}
        return load(file, trusted=sorted(types))

    skops.io.load = load_trusting


def error_body(error_code, message):
    return json.dumps({"error_code": error_code,
                       "message": shortened(message, MESSAGE_CHARACTERS_MAX)})


def quoted(names):
    names = sorted(str(name) for name in names)
    more = f" and {len(names) - NAMES_MAX} more" if len(names) > NAMES_MAX else ""
    return ", ".join(f"'{name}'" for name in names[:NAMES_MAX]) + more


class Predictor:
    """What MLflow's scoring code sees as the model: remembers the parsed input, for the messages,
    and can refuse columns that the signature does not name, which MLflow ignores."""

    def __init__(self, model, refuse_unknown_columns):
        self.metadata = model.metadata
        self.input_schema = model.metadata.get_input_schema()
        self.input = None
        self._model = model
        self._refuse_unknown_columns = refuse_unknown_columns

    def predict(self, data, params=None):
        self.input = data
        if self._refuse_unknown_columns:
            self._check_columns(data)
        return self._model.predict(data) if params is None else self._model.predict(data, params)

    def _check_columns(self, data):
        from mlflow.exceptions import MlflowException

        if self.input_schema is None or not self.input_schema.has_input_names():
            return
        unknown = set(self._columns(data)) - set(self.input_schema.input_names())
        if unknown:
            raise MlflowException.invalid_parameter_value(
                f"Columns that the model's signature does not have: {quoted(unknown)}.")

    @staticmethod
    def _columns(data):
        if isinstance(data, dict):
            return data.keys()
        return getattr(data, "columns", ())

    def columns_with_gaps(self):
        """Names of the input's columns that have NaN or null somewhere."""
        if not hasattr(self.input, "columns"):
            return []
        gaps = self.input.isna().any()
        return [name for name, has_gap in gaps.items() if has_gap]


class Scorer:
    """A loaded model and MLflow's own code around it, without its web server."""

    def __init__(self, folder, options):
        import mlflow.pyfunc
        from mlflow.exceptions import MlflowException
        from mlflow.pyfunc import scoring_server

        if options.trust_skops_types:
            trust_skops_types(folder)
        model = mlflow.pyfunc.load_model(folder)
        os.environ["_MLFLOW_IS_IN_SERVING_ENVIRONMENT"] = "true"
        self.mlflow_version = mlflow.__version__
        self._expected = MlflowException
        self._invocations = scoring_server.invocations
        self._predictor = Predictor(model, options.refuse_unknown_columns)

    def signature(self):
        """The signature as JSON values; None if the model has none."""
        signature = self._predictor.metadata.signature
        if signature is None:
            return None
        return {name: json.loads(text) for name, text in signature.to_dict().items()
                if isinstance(text, str)}

    def answer(self, content_type, body):
        """(status, content type, body) of one request. Exceptions of the model are answers too."""
        self._predictor.input = None
        try:
            try:
                data = body.decode("utf-8")
            except UnicodeDecodeError:
                data = body  # Parquet, or MLflow says what is wrong with it.
            answer = self._invocations(data, content_type, self._predictor,
                                       self._predictor.input_schema)
            return answer.status, answer.mimetype, answer.response
        except self._expected as error:
            return self._refusal(error)
        except (Exception, SystemExit) as error:  # A model may call sys.exit().
            traceback.print_exc()
            message = shortened(f"{type(error).__name__}: {error}", CAUSE_CHARACTERS_MAX)
            return 500, "application/json", error_body("INTERNAL_ERROR", message)

    def _refusal(self, error):
        status, error_code, message = error.get_http_status_code(), error.error_code, error.message
        if "Failed to enforce schema" in message and status >= 500:
            status, error_code = 400, "BAD_REQUEST"
        if "stack_trace" in error.json_kwargs:  # For the log; callers get the cause alone.
            print(error.json_kwargs["stack_trace"], file=sys.stderr)
            cause = error.__context__
            if cause is not None and str(cause) not in message:
                message += shortened(f" {type(cause).__name__}: {cause}", CAUSE_CHARACTERS_MAX)
        if "NaN" in message and self._predictor.input is not None:
            gaps = self._predictor.columns_with_gaps()
            message += f" Columns with missing values: {quoted(gaps)}." if gaps else ""
        return status, "application/json", error_body(error_code, message)


def load(connection, options):
    """The scorer, announced to the gateway as ready; None if that failed, which it says too."""
    started = time.monotonic()
    try:
        scorer = Scorer(os.path.abspath(options.model), options)
        ready = {"seconds": round(time.monotonic() - started, 3), "pid": os.getpid(),
                 "python_version": platform.python_version(),
                 "mlflow_version": scorer.mlflow_version, "signature": scorer.signature()}
    except (Exception, SystemExit):
        lines = traceback.format_exc().strip().splitlines()
        sys.stderr.write("\n".join(lines) + "\n")
        text = "\n".join(lines[-FAILURE_LINES_MAX:])[-FAILURE_CHARACTERS_MAX:]
        send_frame(connection, FAILED, text, content_type="text/plain")
        return None
    send_frame(connection, READY, json.dumps(ready), content_type="application/json")
    return scorer


def serve(connection, scorer, answer_bytes_max):
    """Answers requests until the gateway closes the socket."""
    while (request := receive_request(connection)) is not None:
        request_id, content_type, body = request
        status, mime, text = scorer.answer(content_type, body)
        data = text.encode("utf-8", "backslashreplace")
        if len(data) > answer_bytes_max:
            status, mime = 500, "application/json"
            data = error_body("RESOURCE_EXHAUSTED",
                              f"The answer has {len(data)} bytes; at most {answer_bytes_max} are "
                              "allowed. Ask for fewer rows at once.").encode()
        send_frame(connection, ANSWER, data, request_id=request_id, status=status,
                   content_type=mime)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--socket-fd", type=int, required=True)
    parser.add_argument("--model", required=True, help="folder with the MLmodel file")
    parser.add_argument("--answer-bytes-max", type=int, default=64 << 20)
    parser.add_argument("--trust-skops-types", action="store_true",
                        help="load every type that the model's skops files name")
    parser.add_argument("--refuse-unknown-columns", action="store_true",
                        help="answer 400 for columns that the signature does not have")
    return parser.parse_args()


def main():
    options = parse_arguments()
    separate_streams()
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != here]
    os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true")
    connection = socket.socket(fileno=options.socket_fd)
    connection.set_inheritable(False)
    connection.setblocking(True)
    scorer = None
    try:
        scorer = load(connection, options)
        if scorer is not None:
            serve(connection, scorer, options.answer_bytes_max)
    except (BrokenPipeError, ConnectionResetError):
        pass  # The gateway is gone.
    sys.stderr.flush()
    os._exit(0 if scorer is not None else 1)  # Threads of the model must not keep it alive.


if __name__ == "__main__":
    main()
