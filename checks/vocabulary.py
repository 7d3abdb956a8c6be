"""The registry's own words that a system file may name when it says whom an indicator concerns.

They are written down here because the ruler knows the registry only by its words; a misspelt word would
otherwise let everybody off without anybody noticing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LEVELS = ("自治区", "盟市", "旗县", "乡镇")
SITE_KINDS = ("门户网站", "部门网站")
PLATFORMS = (
    "微信公众号",
    "微博",
    "抖音",
    "快手",
    "今日头条",
    "视频号",
    "移动客户端",
    "小程序",
    "其他",
)

WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"levels": LEVELS, "site_kinds": SITE_KINDS, "platforms": PLATFORMS}
)
