"""What stands on every page and is nobody's news: clocks, weather, counters, links, notices of rights."""

from __future__ import annotations

WEATHER = ("晴转多云 12~24℃ 西北风3级", "多云 8~19℃ 南风2级", "小雨 6~13℃ 北风4级", "晴 5~21℃ 微风")
TODAY = (
    "今天是{y}年{m}月{d}日 星期{w}", "{y}年{m:02d}月{d:02d}日 星期{w}", "今天是：{y}-{m:02d}-{d:02d} 星期{w}",
    "现在是北京时间 {y}年{m}月{d}日", "欢迎您！今天是 {y}/{m}/{d}",
)  # fmt: skip
WEATHER_LINE = (
    "{place}天气 {y}-{m:02d}-{d:02d} {w}",
    "{place} 今日（{m}月{d}日）{w}",
    "天气预报：{y}年{m}月{d}日 {w}",
)
COPYRIGHT = (
    "版权所有：{unit} Copyright © 2016-{y} All Rights Reserved", "Copyright {y} {unit} 版权所有", "{unit}版权所有 未经授权禁止转载",
    "© 2019-{y} {unit} 版权所有",
)  # fmt: skip
HOT_HEADINGS = (
    "热点排行",
    "点击排行",
    "热门信息",
    "相关阅读",
    "推荐阅读",
    "阅读排行",
    "最近浏览",
    "猜您关心",
)
MORE = ("更多>>", "更多", "more", "MORE +", "[更多]", "查看更多")
EMPTY_LIST = ("暂无信息", "暂无数据", "", "该栏目暂无内容", "没有找到相关信息", "信息正在更新中，敬请期待")
PUBLISHED = ("发布时间：", "发布日期：", "时间：", "日期：", "发文时间：", "发布时间 : ", "更新时间：")
SOURCE = ("来源：", "信息来源：", "稿件来源：", "文章来源：")
FRIENDS = (
    ("中国政府网", "https://www.gov.cn/"),
    ("新华网", "http://www.news.cn/"),
    ("人民网", "http://www.people.com.cn/"),
    ("国家数据", "http://data.stats.gov.cn/"),
    ("信用中国", "https://www.creditchina.gov.cn/"),
)
OUTSIDE_HOSTS = (
    "www.gov.cn", "www.news.cn", "www.people.com.cn", "data.stats.gov.cn", "www.creditchina.gov.cn", "zfwzgl.www.gov.cn",
    "bszs.conac.cn", "dcs.conac.cn", "beian.miit.gov.cn", "beian.mps.gov.cn", "weibo.com", "wsxf.nmyl.gov.cn", "jb.nmyl.gov.cn",
)  # fmt: skip
MONGOLIAN_WORDS = (
    "ᠮᠣᠩᠭᠣᠯ", "ᠮᠡᠳᠡᠭᠡ", "ᠵᠠᠷᠯᠠᠯ", "ᠲᠥᠷᠥ", "ᠠᠯᠪᠠᠨ", "ᠬᠣᠲᠠ", "ᠠᠵᠢᠯ", "ᠰᠤᠷᠭᠠᠨ", "ᠬᠦᠮᠦᠰ", "ᠨᠢᠭᠡᠳᠦᠭᠡᠷ", "ᠤᠯᠠᠷᠢᠯ", "ᠬᠤᠷᠠᠯ",
    "ᠰᠣᠨᠢᠨ", "ᠨᠡᠶᠢᠲᠡᠯᠡᠬᠦ", "ᠮᠠᠯᠴᠢᠨ", "ᠲᠠᠯ᠎ᠠ", "ᠨᠤᠲᠤᠭ", "ᠰᠤᠶᠤᠯ", "ᠬᠠᠤᠯᠢ", "ᠵᠠᠰᠠᠭ",
)  # fmt: skip
MONGOLIAN_PUBLISHED = ("ᠨᠡᠶᠢᠲᠡᠯᠡᠭᠰᠡᠨ ᠴᠠᠭ᠄ ", "ᠨᠡᠶ᠋ᠢᠲᠡᠯᠡᠭᠰᠡᠨ ᠴᠠᠭ᠄ ")
MONGOLIAN_COLUMNS = ("ᠰᠣᠨᠢᠨ ᠮᠡᠳᠡᠭᠡ", "ᠵᠠᠷᠯᠠᠯ", "ᠬᠠᠤᠯᠢ ᠵᠠᠰᠠᠭ", "ᠠᠵᠢᠯ ᠤᠨ ᠮᠡᠳᠡᠭᠡ")
