"""From start to files written: megabytes a second and peak memory of ``medai-extract run`` over many copies of the sample corpus.

Every copy is a folder of its own. With ``--altered`` a number is added to every plain article, so that no copy is known as one and
all is read anew; without it copies are told from their originals. Memory is constant if the peak at
200 copies is within 1.2 of the peak at 20. Run: ``python benchmarks/throughput.py [--copies 20 200]``.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NEWS = Path(__file__).parents[1] / "corpora" / "news"
PLAIN = {".txt", ".md"}


def make_copies(folder: Path, copies: int, *, altered: bool) -> int:
    """Copy the corpus ``copies`` times and give the bytes that will be read."""
    size = 0
    for number in range(copies):
        shutil.copytree(NEWS, folder / f"{number:04}")
        for path in (folder / f"{number:04}").iterdir():
            if altered and path.suffix in PLAIN:
                with path.open("ab") as stream:
                    stream.write(f"\n{number}\n".encode())
            size += path.stat().st_size
    return size


def run(folder: Path, out: Path, workers: int) -> tuple[float, float]:
    """Run the command and give seconds and peak megabytes of the process."""
    command = [sys.executable, "-m", "medai_extract", "run", str(folder), "--out", str(out), "--json"]
    started = time.perf_counter()
    process = subprocess.Popen([*command, "--workers", str(workers)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"the run failed with status {status}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, nargs="+", default=[20, 200])
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--altered", action="store_true", help="make every plain article a new one")
    options = parser.parse_args()
    print("| copies | MB read | seconds | MB/s | peak MB |")
    print("| --- | --- | --- | --- | --- |")
    peaks = []
    for copies in options.copies:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / "in"
            size = make_copies(folder, copies, altered=options.altered)
            seconds, peak = run(folder, Path(temporary) / "out", options.workers)
        peaks.append(peak)
        print(
            f"| {copies} | {size / 1e6:.2f} | {seconds:.1f} | {size / 1e6 / seconds:.2f} | {peak:.0f} |",
            flush=True,
        )
    print(f"\npeak at {options.copies[-1]} copies / at {options.copies[0]}: {peaks[-1] / peaks[0]:.3f}")


if __name__ == "__main__":
    main()
