"""client.py HOST PORT CONNECTIONS SECONDS: keeps so many connections, and asks once on each every so many seconds."""
import sys
import threading
import time
from http.client import HTTPConnection

host, port, connections, every = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])


def ask(number):
    time.sleep(number * every / connections)
    connection = HTTPConnection(host, port)
    while True:
        connection.request("GET", "/")
        connection.getresponse().read()
        time.sleep(every)


for number in range(connections):
    threading.Thread(target=ask, args=(number,), daemon=True).start()
threading.Event().wait()
