"""Many clients at once."""

import threading

from conftest import Connection, split

CLIENTS = 64
REQUESTS = 50
LOGGED = 20  # By each of the clients that log: each point waits for the disk.


def test_many_clients_that_keep_their_connection(shop, galley):
    galley.loaded("bare")
    model = shop["bare"]
    expected = model.expected.tolist()
    start, wrong, ids = threading.Barrier(CLIENTS), [], []

    def customer(number):
        connection = Connection(galley.gateway)
        mine = []
        start.wait()
        for request in range(REQUESTS):
            row = (number * REQUESTS + request) % len(expected)
            try:
                answer = connection.send("POST", "/api/v1/endpoints/bare/predict",
                                         split(model, [model.rows[row]]))
            except Exception as error:  # Told below, by the thread that judges.
                wrong.append(repr(error))
                return
            if answer.status != 200 or answer.json()["predictions"] != [expected[row]]:
                wrong.append((row, answer))
                return
            mine += answer.json()["prediction_ids"]
        connection.close()
        ids.extend(mine)

    threads = [threading.Thread(target=customer, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(ids) == CLIENTS * REQUESTS == len(set(ids))


def test_many_clients_that_log_and_predict_at_once(shop, galley):
    """Server and gateway under load together: while half of the clients log a metric each, the others
    predict, and what was predicted is taken in."""
    galley.loaded("bare")
    model = shop["bare"]
    start, wrong, ids = threading.Barrier(CLIENTS), [], []

    def asked(connection, *request):
        answer = connection.send(*request)
        if answer.status != 200:
            wrong.append(answer)
        return answer.json()

    def logger(number):
        connection = Connection(galley.url)
        start.wait()
        for step in range(LOGGED):
            asked(connection, "POST", "/api/2.0/mlflow/runs/log-metric",
                  {"run_id": model.run_id, "key": f"load{number}", "value": step / 4,
                   "timestamp": step, "step": step})
        connection.close()

    def customer(number):
        connection = Connection(galley.gateway)
        start.wait()
        for request in range(LOGGED):
            body = split(model, [model.rows[number + request]])
            ids.extend(asked(connection, "POST", "/api/v1/endpoints/bare/predict",
                             body)["prediction_ids"])
        connection.close()

    threads = [threading.Thread(target=(logger, customer)[number % 2], args=(number,))
               for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    points = galley.query("SELECT s.key, count(*) FROM metric_point p JOIN metric_series s "
                          "ON p.series = s.row WHERE s.key LIKE 'load%' GROUP BY s.key")
    assert dict(points) == {f"load{number}": LOGGED for number in range(0, CLIENTS, 2)}
    assert len(ids) == len(set(ids)) == CLIENTS // 2 * LOGGED
    for prediction_id in (ids[0], ids[-1]):
        assert galley.prediction(prediction_id)
