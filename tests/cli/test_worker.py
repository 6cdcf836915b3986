"""`clip-classify --files-from - --json` as other engines' worker: a path in, a line out, until the input ends."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest
from conftest import PHOTOS, PROGRAM, REPOSITORY, Command

LABELS = ("--labels", "cat,dog,coffee,rocket")
PIPES = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}


def test_each_path_is_answered_before_the_next_is_sent(run: Command):
    worker = run.start("--files-from", "-", "--json", *LABELS, **PIPES)
    for name, expected in (("cat.jpg", "cat"), ("none.jpg", None), ("rocket.jpg", "rocket"), ("coffee.jpg", "coffee")):
        worker.stdin.write(f"{PHOTOS / name}\n".encode())
        worker.stdin.flush()
        record = json.loads(worker.stdout.readline())
        assert record["path"] == str(PHOTOS / name)
        assert record.get("label") == expected and ("error" in record) == (expected is None)
    out, err = worker.communicate(timeout=60)
    assert (worker.returncode, out) == (1, b"")
    assert err.decode().splitlines()[0].endswith("none.jpg: no such file")


def test_paths_that_wait_share_a_batch_and_keep_their_order(run: Command):
    names = [name for _ in range(12) for name in ("cat.jpg", "rocket.jpg", "coffee.jpg")]
    worker = run.start("--files-from", "-", "--json", *LABELS, **PIPES)
    worker.stdin.write("".join(f"{PHOTOS / name}\n" for name in names).encode())
    worker.stdin.flush()
    lines = [json.loads(worker.stdout.readline()) for _ in names]  # while its input stays open
    assert [os.path.basename(line["path"]) for line in lines] == names
    assert worker.communicate(timeout=60)[0] == b"" and worker.returncode == 0


def test_a_model_that_changes_while_it_is_in_use(run: Command, model_copy: pathlib.Path):
    worker = run.start("--files-from", "-", "--json", "--model", model_copy, *LABELS, **PIPES)
    worker.stdin.write(f"{PHOTOS / 'cat.jpg'}\n".encode())
    worker.stdin.flush()
    assert json.loads(worker.stdout.readline())["label"] == "cat"
    with open(model_copy / "image_encoder.pt", "ab") as file:
        file.write(b"more")
    out, err = worker.communicate(f"{PHOTOS / 'rocket.jpg'}\n".encode(), timeout=60)
    assert (worker.returncode, out) == (2, b"")
    assert "image_encoder.pt: changed while it was in use" in err.decode() and err.count(b"\n") == 1


def test_a_file_that_is_cut_short_under_a_mapping(run: Command):
    worker = run.start("--files-from", "-", "--json", *LABELS, **PIPES)
    worker.stdin.write(f"{PHOTOS / 'cat.jpg'}\n".encode())
    worker.stdin.flush()
    worker.stdout.readline()
    worker.send_signal(signal.SIGBUS)  # what the system then sends
    _, err = worker.communicate(timeout=60)
    assert worker.returncode == 2 and b"cut short" in err and err.count(b"\n") == 1


@pytest.fixture(scope="module")
def ray_environment(tmp_path_factory) -> dict[str, str]:
    """What Ray needs in its environment; skips where it does not start: without shared memory or a loopback, say."""
    variables = {"RAY_USAGE_STATS_ENABLED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    start = "import ray, ray.data; ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)"
    tried = subprocess.run([sys.executable, "-c", start], env=os.environ | variables, cwd=tmp_path_factory.mktemp("ray"),
                           capture_output=True, check=False, timeout=180)
    if tried.returncode != 0:
        pytest.skip("Ray does not start here: " + tried.stderr.decode(errors="replace").strip().rpartition("\n")[2])
    return variables


def child_of(ray: subprocess.Popen, name: str) -> int:
    """A process below `ray`, by its name, once there is one."""
    for _ in range(600):
        parents = {}
        for folder in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{folder}/stat", encoding="utf-8", errors="replace") as file:
                    command, _, rest = file.read().partition(" (")[2].rpartition(") ")
            except OSError:
                continue
            parents[int(folder)] = (int(rest.split()[1]), command)
        for process, (parent, command) in parents.items():
            ancestor = parent
            while ancestor in parents and ancestor != ray.pid:
                ancestor = parents[ancestor][0]
            if command.startswith(name) and ancestor == ray.pid:
                return process
        assert ray.poll() is None, ray.stderr.read()
        time.sleep(0.1)
    raise AssertionError(f"no {name} was started")


@pytest.mark.parametrize("victim", ["clip-classify", "ray::MapWorker"])
def test_on_ray_with_a_worker_killed_half_way(run: Command, ray_environment: dict[str, str], victim: str):
    names = [name for _ in range(40) for name in ("cat.jpg", "rocket.jpg", "none.jpg", "coffee.jpg")]
    paths = "".join(f"{PHOTOS / name}\n" for name in names).encode()
    ray = subprocess.Popen(
        [sys.executable, REPOSITORY / "scripts/ray_label.py", "--workers", "2", "--block", "8", "--program", PROGRAM, "--", *LABELS],
        cwd=run.folder, env=run.environment(**ray_environment), **PIPES)
    ray.stdin.write(paths)
    ray.stdin.close()
    first = ray.stdout.readline()
    os.kill(child_of(ray, victim), signal.SIGKILL)
    out = first + ray.stdout.read()
    assert ray.wait(120) == 0, ray.stderr.read().decode()
    one = run("--files-from", "-", "--json", "--batch-size", "1", "--threads", "1", *LABELS, stdin=paths).ok(1)
    assert out == one.out
