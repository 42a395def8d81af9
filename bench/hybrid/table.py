"""What was measured, as Markdown."""

from __future__ import annotations

from typing import Any

from bench.hybrid.curves import Figures


def page(found: dict[str, Any]) -> str:
    """Return all tables."""
    frequencies, spectrum = found["frequencies"], found["spectrum"]
    versions = ", ".join(f"{part} {number}" for part, number in found["versions"].items())
    return "\n\n".join(
        [
            results(found),
            beside(**frequencies, name="units, in as many records as there are real ones"),
            beside(**spectrum, name="vectors: length of the mean, variance about it"),
            versions + ".",
        ]
    )


def results(found: dict[str, Any]) -> str:
    """Return the table of both sides, and where the time went."""
    plan = found["plan"]
    way = "both score arrays in full"
    if found["rival_way"] != "arrays":
        way = f"the union of the {found['rival_way']}"
    rows = [
        "| | Qixi | bm25s + faiss | ratio |",
        "|---|---|---|---|",
        f"| needs/s, build excluded | {found['rate']:,.0f} | {found['rival_rate']:,.0f}"
        f" | {found['ratio']:.2f} |",
        f"| build, s | {found['build_seconds']:.1f} | {found['rival_build_seconds']:.1f}"
        f" | {found['rival_build_seconds'] / found['build_seconds']:.1f} |",
        f"| build and all needs, s | {found['build_seconds'] + min(found['seconds']):.1f}"
        f" | {found['rival_build_seconds'] + min(found['rival_seconds']):.1f} | {found['build_ratio']:.2f} |",
        f"| processor time of a need, ms | {found['cpu_ms']:.2f} | {found['rival_cpu_ms']:.2f}"
        f" | {found['cpu_ratio']:.2f} |",
        f"| recall of the fused top 100 | {found['recall']:.4f} | {found['rival_recall']:.4f} | |",
        f"| postings followed for a need | {found['postings_per_need']:,.0f}"
        f" | {found['rival_postings_per_need']:,.0f} | |",
        f"| multiplied out for a pair | {found['columns']} | {found['dim']} | |",
        f"| share of the matrix peak | {found['matrix_share']:.0%} | {found['rival_matrix_share']:.0%} | |",
        f"| share of the memory bandwidth | {found['memory_share']:.0%}"
        f" | {found['rival_memory_share']:.0%} | |",
    ]
    tried = "; ".join(f"{name} {rate:,.0f}/s" for name, rate in found["rival_ways"].items())
    return "\n".join(
        [
            f"{plan['supply']:,} technologies, {plan['demand']:,} needs, {found['dim']} dimensions,"
            f" {plan['threads']} threads for either side; each need's list of 100. The best of"
            f" {plan['rounds']} rounds taken in turn. Recall over {found['sample']} needs against sums over"
            " everything in float64.",
            "",
            *rows,
            "",
            f"Peaks measured in the same run: matrix product {found['gemm_gflops']:.0f} GFLOP/s, memory"
            f" {found['stream_gbs']:.1f} GB/s. Of Qixi's {min(found['seconds']):.1f} s the products alone"
            f" take {found['product_seconds']:.1f} s. Load average during the run:"
            f" {min(found['load']):.1f}–{max(found['load']):.1f}.",
            "",
            f"The rival fuses {way}, the faster of its ways at recall 0.99 or more, tried on the sample:"
            f" {tried}. Qixi multiplies out {found['heads']} head terms beside"
            f" {found['columns'] - found['heads']} leading places of the vectors, leaves"
            f" {found['rescored_terms']} terms to re-scoring, and re-scores {plan['candidates']} candidates"
            " of each need.",
        ]
    )


def beside(real: Figures | None, generated: Figures, name: str) -> str:
    """Return generated figures beside real ones."""
    rows = [f"| {name} | real | generated |", "|---|---|---|"]
    for label, value in generated.items():
        shown = "–" if real is None else _shown(real[label])
        rows.append(f"| {label} | {shown} | {_shown(value)} |")
    return "\n".join(rows)


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
