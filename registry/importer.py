"""Takes spreadsheets into the registry: all or nothing, again without duplicates, and saying what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from registry.crosschecks import crosscheck
from registry.errors import BadRows, FileRefused, RegistryError
from registry.history import file_versions, open_versions, refuse_rewriting, register_as_of
from registry.importreport import FieldChange, FileReport, ImportReport, RecordChange
from registry.kindguess import guess_kind
from registry.reading import KindRead, read_kind
from registry.references import check_references
from registry.schema import FILE_WORDS, KINDS, STORED, FileKind

DEMANDED = ("units", "sites", "accounts")
HANDED_IN = ("posts", "outages")  # a later hand-in adds; what it does not repeat is not missing
SUFFIXES = (".csv", ".xlsx")

Plan = tuple[FileKind, str, list[Any], list[tuple[int, Any]]]  # kind, source, added, changed


def import_folder(session: Session, folder: Path, day: date, *, skip_bad_rows: bool = False) -> ImportReport:
    """Import units, sites, accounts and, where present, divisions, columns, posts and outages of a folder.

    Files are `units.csv` or `units.xlsx` and so on, or named by their Chinese words. Commits on success; on any
    error nothing is written. Raises FileRefused, BadRows, HistoryFixed, FilingConflict.
    """
    if not folder.is_dir():
        raise FileRefused(folder, "文件夹不存在")
    paths = {kind.name: path for kind in STORED if (path := file_of(folder, kind)) is not None}
    missing = [f"{name}.csv({FILE_WORDS[name]})" for name in DEMANDED if name not in paths]
    if missing:
        raise FileRefused(folder, f"文件夹中缺少：{'、'.join(missing)}")
    return import_files(session, paths, day, skip_bad_rows=skip_bad_rows)


def import_file(
    session: Session, path: Path, kind: str | None, day: date, *, skip_bad_rows: bool = False
) -> ImportReport:
    """Import one file; `kind` None: told from its headings and name.

    Commits on success; on any error nothing is written. Raises as `import_folder`.
    """
    name = guess_kind(path) if kind is None else kind
    if name not in {stored.name for stored in STORED}:
        words = "、".join(f"{stored.name}({stored.title})" for stored in STORED)
        asked = (
            f"{name}（{KINDS[name].title}）不存入登记库，在制定抽查计划时使用"
            if name in KINDS
            else f"没有“{name}”这类文件"
        )
        raise FileRefused(path, f"{asked}；可导入的有：{words}")
    return import_files(session, {name: path}, day, skip_bad_rows=skip_bad_rows)


def file_of(folder: Path, kind: FileKind) -> Path | None:
    """The file of a kind in a folder; FileRefused where there are two."""
    names = {f"{stem}{suffix}" for stem in (kind.name, FILE_WORDS[kind.name]) for suffix in SUFFIXES}
    found = sorted(path for path in folder.iterdir() if path.name.lower() in names and path.is_file())
    if len(found) > 1:
        raise FileRefused(found[0], f"与 {found[1].name} 是同一类文件，请只留一个")
    return found[0] if found else None


def import_files(
    session: Session, paths: Mapping[str, Path], day: date, *, skip_bad_rows: bool = False
) -> ImportReport:
    """Import one file of each given kind in one transaction; `paths` by kind name."""
    reads = {kind.name: read_kind(paths[kind.name], kind) for kind in STORED if kind.name in paths}
    try:
        planned = plan_import(session, reads, skip_bad_rows=skip_bad_rows)
        write(session, [plan for plan, _ in planned], day)
        register = register_as_of(session, day, with_posts=False)
        session.commit()
    except SQLAlchemyError as error:
        session.rollback()
        reason = str(getattr(error, "orig", None) or type(error).__name__)[:200]
        raise RegistryError(f"数据库拒绝写入，未写入任何数据：{reason}") from error
    except BaseException:
        session.rollback()
        raise
    return ImportReport(day, tuple(report for _, report in planned), crosscheck(register))


def plan_import(
    session: Session, reads: Mapping[str, KindRead], *, skip_bad_rows: bool
) -> list[tuple[Plan, FileReport]]:
    """What each file would add and change; BadRows where a row cannot be taken and must not be skipped."""
    standing = {kind.name: open_versions(session, kind) for kind in needed_kinds(reads)}
    records = {name: {key: filed[1] for key, filed in found.items()} for name, found in standing.items()}
    check_references(reads, records, skip_bad_rows=skip_bad_rows)
    problems = tuple(problem for read in reads.values() for problem in read.problems)
    if problems and not skip_bad_rows:
        raise BadRows(problems)
    return [compare(read, standing[read.kind.name]) for read in reads.values()]


def needed_kinds(reads: Mapping[str, KindRead]) -> list[FileKind]:
    """The kinds whose standing records an import must know: its own, and those that it may refer to."""
    targets = {"divisions", "units", "sites", "accounts"}
    return [kind for kind in STORED if kind.name in reads or kind.name in targets]


def write(session: Session, plans: Sequence[Plan], day: date) -> None:
    """Write what was found new or different; nothing is written for an import that changes nothing."""
    if any(added or changed for _, _, added, changed in plans):
        refuse_rewriting(session, day)
    for kind, source, added, changed in plans:
        file_versions(session, kind, day, source, added, changed)


def compare(read: KindRead, standing: Mapping[str, tuple[int, Any]]) -> tuple[Plan, FileReport]:
    """What a file adds and changes against what stands; columns that it does not have keep their values."""
    kind = read.kind
    added: list[Any] = []
    added_keys: list[str] = []
    changed: list[tuple[int, Any]] = []
    changes: list[RecordChange] = []
    for row in read.rows:
        filed = standing.get(row.key)
        if filed is None:
            record = kind.record(**row.values)
            added.append(record)
            added_keys.append(label(kind, row.key, record))
            continue
        version_id, old = filed
        different = [name for name, value in row.values.items() if getattr(old, name) != value]
        if different:
            new = replace(old, **{name: row.values[name] for name in different})
            changed.append((version_id, new))
            changes.append(describe(kind, row.key, old, new, different))
    unchanged = len(read.rows) - len(added) - len(changed)
    report = FileReport(
        kind=kind.name,
        title=kind.title,
        file=read.path.name,
        rows=read.rows_read,
        added=tuple(added_keys),
        changed=tuple(changes),
        unchanged=unchanged,
        missing=missing_keys(read, standing),
        skipped=tuple(read.problems),
        notes=tuple(read.notes),
        unknown_columns=tuple(read.unknown_columns),
    )
    return (kind, read.path.name, added, changed), report


def missing_keys(read: KindRead, standing: Mapping[str, tuple[int, Any]]) -> tuple[str, ...]:
    """What stands in the registry and not in the file; confirmed columns only of the sites that the file names."""
    kind = read.kind
    if kind.name in HANDED_IN:
        return ()
    seen = {row.key for row in read.rows} | read.bad_keys
    gone = {key: filed[1] for key, filed in standing.items() if key not in seen}
    if kind.name == "columns":
        sites = {row.values["site_code"] for row in read.rows}
        gone = {key: record for key, record in gone.items() if record.site_code in sites}
    return tuple(sorted(label(kind, key, record) for key, record in gone.items()))


def label(kind: FileKind, key: str, record: Any) -> str:
    """A key as people know it; digests are replaced by the parts that they stand for."""
    if not kind.digest:
        return key
    return " ".join(kind.field(name).type.write(getattr(record, name)) for name in kind.key).strip()


def describe(kind: FileKind, key: str, old: Any, new: Any, names: Sequence[str]) -> RecordChange:
    """A change in the words of the files."""
    fields = tuple(
        FieldChange(
            name,
            kind.field(name).heading,
            kind.field(name).type.write(getattr(old, name)),
            kind.field(name).type.write(getattr(new, name)),
        )
        for name in names
    )
    return RecordChange(label(kind, key, new), getattr(new, "name", ""), fields)
