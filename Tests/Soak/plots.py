"""Pictures of a soak: memory, latency and queues over time."""

import pathlib

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot  # noqa: E402

SIZE_INCHES = (9, 4)
MEMORY = {"rss_mb": "resident, MiB", "anonymous_mb": "anonymous, MiB", "wal_mb": "journal's log, MB"}
QUEUES = {"open_calls": "open calls", "waiting": "records that wait for the disk",
          "in_doubt": "creations in doubt", "descriptors": "file descriptors"}


def draw(directory: pathlib.Path, samples: list, windows: list) -> list[pathlib.Path]:
    return [
        _picture(directory / "memory.png", "Memory", _lines(samples, MEMORY)),
        _picture(directory / "latency.png", "Latency of a creation", _lines(
            windows, {"p99_ms": "p99, ms", "p50_ms": "p50, ms"})
            + _lines(samples, {"probe_ms": "one durable write, ms"})),
        _picture(directory / "queues.png", "Queues", _lines(samples, QUEUES)),
    ]


def _lines(points: list, fields: dict) -> list:
    return [(label, [each.time for each in points], [getattr(each, field) for each in points])
            for field, label in fields.items()]


def _picture(path: pathlib.Path, title: str, lines: list) -> pathlib.Path:
    figure, axes = pyplot.subplots(figsize=SIZE_INCHES)
    for label, times, values in lines:
        axes.plot(times, values, label=label, linewidth=1)
    axes.set(title=title, xlabel="seconds", ylim=(0, None))
    axes.legend(loc="best")
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
    return path
