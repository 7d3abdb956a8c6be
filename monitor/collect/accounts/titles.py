"""What a person must look at in the titles of posts: the words of the one lexicon, pages' and posts' alike."""

from __future__ import annotations

from checks.facts.scan import SuspectKind
from monitor.collect.accounts.look import SuspectTerm
from monitor.collect.extract.scan import lexicon

_KINDS = {"harm": SuspectKind.HARMFUL_LINK, "wording": SuspectKind.WORDING}


def title_terms() -> tuple[SuspectTerm, ...]:
    """Every word of the lexicon with why it is there, sorted."""
    return tuple(
        SuspectTerm(term, why, _KINDS[kind])
        for kind, by_sign in sorted(lexicon().items())
        for _, entries in sorted(by_sign.items())
        for term, why, _source in sorted(entries)
    )


TITLE_TERMS = title_terms()
