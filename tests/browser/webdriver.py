"""A headless Chromium driven through ChromeDriver, by the W3C WebDriver protocol and a few commands of DevTools."""

from __future__ import annotations

import base64
import json
import pathlib
import re
import subprocess
import time
import urllib.error
import urllib.request

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
         "--hide-scrollbars", "--window-size=1280,900"]
KEYS = {"Enter": "\ue007", "Tab": "\ue004", "Escape": "\ue00c", "Right": "\ue014"}


class Browser:
    def __init__(self, chromedriver: str, chromium: str, profile: pathlib.Path) -> None:
        self.driver = subprocess.Popen([chromedriver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                       text=True)
        self.session = ""
        for line in self.driver.stdout:
            if found := re.search(r"started successfully on port (\d+)", line):
                self.url = f"http://127.0.0.1:{found[1]}"
                break
        else:
            raise RuntimeError("chromedriver did not start")
        options = {"binary": chromium, "args": [*FLAGS, f"--user-data-dir={profile}"]}
        capabilities = {"browserName": "chrome", "goog:chromeOptions": options,
                        "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"}}
        self.session = self.call("POST", "/session", capabilities={"alwaysMatch": capabilities})["sessionId"]

    def close(self) -> None:
        try:
            if self.session:
                self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait(30)

    def call(self, method: str, path: str, **body: object):
        prefix = f"/session/{self.session}" if self.session else ""
        request = urllib.request.Request(self.url + prefix + path, method=method,
                                         data=json.dumps(body).encode() if method == "POST" else None)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from None

    def open(self, page: pathlib.Path) -> None:
        self.call("POST", "/url", url=page.as_uri())

    def run(self, script: str, *arguments: object):
        """What a JavaScript function body returns."""
        return self.call("POST", "/execute/sync", script=script, args=list(arguments))

    def wait(self, script: str, *arguments: object, seconds: float = 30):
        """What it returns as soon as that is true."""
        deadline = time.monotonic() + seconds
        while not (value := self.run(script, *arguments)):
            assert time.monotonic() < deadline, f"never true: {script}"
            time.sleep(0.02)
        return value

    def press(self, *keys: str) -> None:
        actions = [{"type": kind, "value": KEYS.get(key, key)} for key in keys for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", actions=[{"type": "key", "id": "keyboard", "actions": actions}])

    def tools(self, command: str, **parameters: object):
        """A command of the DevTools protocol."""
        return self.call("POST", "/goog/cdp/execute", cmd=command, params=parameters)

    def scheme(self, name: str) -> None:
        self.tools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def size(self, width: int, height: int) -> None:
        self.tools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def requests(self) -> list[str]:
        """The addresses that were asked for since the last call, without those that the page's policy refused."""
        events = [json.loads(entry["message"])["message"] for entry in self.call("POST", "/se/log", type="performance")]
        refused = {event["params"]["requestId"] for event in events if event["params"].get("blockedReason") == "csp"}
        return [event["params"]["request"]["url"] for event in events
                if event["method"] == "Network.requestWillBeSent" and event["params"]["requestId"] not in refused]

    def complaints(self) -> list[str]:
        """What the browser's console has said since the last call: errors, refused scripts."""
        return [entry["message"] for entry in self.call("POST", "/se/log", type="browser")]

    def screenshot(self, path: pathlib.Path) -> None:
        path.write_bytes(base64.b64decode(self.call("GET", "/screenshot")))
