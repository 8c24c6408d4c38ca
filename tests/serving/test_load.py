"""Many clients at once."""

import threading

from conftest import Connection, split

CLIENTS = 64
REQUESTS = 50


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
