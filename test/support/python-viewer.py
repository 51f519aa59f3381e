"""Watches a channel with nothing but Python's standard library, losing its connection again and again.

    python3 python-viewer.py URL LINES

URL is that of a stream. Prints each `log` event as it comes, a JSON object a line: {"id", "line"}; and at last, when there were LINES of
them, {"clients": {name: connections}}. Each connection is cut in the middle of an event, and the next one, of the other
client of the two, goes on with the Last-Event-ID. Whatever else happens ends it with a code other than 0.
"""

import http.client
import json
import sys
import urllib.parse
import urllib.request

# Pings come every 15 s at most.
SILENT_S = 30

# How many events each connection gives before it is cut.
EVENTS = 50


def open_with_urllib(url, headers):
    # No proxy of the environment stands between.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    response = opener.open(urllib.request.Request(url, headers=headers), timeout=SILENT_S)
    return response, response.close


def open_with_http_client(url, headers):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=SILENT_S)
    connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
    response = connection.getresponse()

    def close():
        response.close()
        connection.close()

    return response, close


def events_of(response):
    """(name, data, id or None) of each event, as WHATWG HTML 9.2.6 says; ends in the middle of one."""
    name, data, last_id, seen = "message", [], None, 0
    for raw in response:
        line = raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
        if line == "":
            if data:
                yield name, "\n".join(data), last_id
                seen += 1
            name, data = "message", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
        elif field == "id":
            last_id = value
            if seen >= EVENTS:
                return


def watch(url, lines):
    clients = {"urllib.request": open_with_urllib, "http.client": open_with_http_client}
    connections = dict.fromkeys(clients, 0)
    received, last_id = 0, None
    while received < lines:
        name = min(connections, key=connections.get)
        headers = {"Accept": "text/event-stream"}
        if last_id is not None:
            headers["Last-Event-ID"] = last_id
        response, close = clients[name](url, headers)
        connections[name] += 1
        content_type = response.headers["Content-Type"]
        if response.status != 200 or content_type != "text/event-stream; charset=utf-8":
            raise SystemExit(f"{name} was answered {response.status} {content_type}")
        for event, data, event_id in events_of(response):
            if event in ("gap", "epoch", "notice", "closing"):
                raise SystemExit(f"{event} {data}")
            last_id = event_id if event_id is not None else last_id
            if event == "log":
                print(json.dumps({"id": event_id, "line": json.loads(data)["line"]}), flush=True)
                received += 1
            if received == lines:
                break
        close()
    print(json.dumps({"clients": connections}))


if __name__ == "__main__":
    watch(sys.argv[1], int(sys.argv[2]))
