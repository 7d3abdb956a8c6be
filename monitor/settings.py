"""Settings of the service, read from the environment (`MONITOR_…`) and an optional `.env` file."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything an office may set; each has a default that works on one machine."""

    model_config = SettingsConfigDict(env_prefix="MONITOR_", env_file=".env", extra="ignore")

    home: Path = Field(Path("data"), description="数据目录: 数据库与取证文件都放在其下")
    db: str | None = Field(
        None, description="数据库: SQLite 文件路径或数据库地址, 默认为数据目录下的 monitor.db"
    )
    hosts_file: Path | None = Field(None, description="主机对照表; 设了它就不再使用系统域名解析 (演练、内网)")
    ca_file: Path | None = Field(None, description="严格校验证书时额外信任的根证书")
    control_urls: str = Field("", description="对照网址, 空格分隔; 半数以上没有应答时判为本方网络故障")
    connections_per_address: int = Field(2, ge=1, le=64, description="每个IP地址的并发连接数")
    requests_per_second: float = Field(2.0, ge=0, description="每个IP地址每秒请求数; 0 表示不限")
    total_connections: int = Field(1200, ge=1, description="全部地址合计的并发连接数 (每个采集进程)")
    processes: int = Field(2, ge=1, le=64, description="采集进程数")
    pages_per_site: int = Field(1500, ge=1, description="每个网站每轮最多读取的页面数")
    contact: str = Field("mailto:monitor@localhost", description="写入 User-Agent 的联系方式 (网址或邮箱)")
    system: str = Field("national-2019", description="采用的检查指标体系: 名称或文件路径")
    issuer: str = Field("自治区人民政府办公厅", description="文书的发文机关")
    notice_days: int | None = Field(None, ge=1, description="整改期限 (工作日), 默认按采用的体系")
    working_days_file: Path | None = Field(None, description="办公室自行维护的工作日历表")
    closed_network: bool = Field(False, description="允许长期运行的服务使用主机对照表 (封闭网络)")

    @field_validator("hosts_file", "ca_file", "working_days_file")
    @classmethod
    def _must_exist(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_file():
            raise ValueError(f"文件不存在: {path}")
        return path

    @field_validator("control_urls")
    @classmethod
    def _must_be_addresses(cls, text: str) -> str:
        wrong = [one for one in text.split() if not one.startswith(("http://", "https://"))]
        if wrong:
            raise ValueError(f"不是网址: {wrong[0]}, 应以 http:// 或 https:// 开头")
        return text

    @property
    def database_url(self) -> str:
        """The database's address; a bare path means an SQLite file."""
        if self.db is None:
            return f"sqlite:///{self.home / 'monitor.db'}"
        return self.db if "://" in self.db else f"sqlite:///{self.db}"

    @property
    def evidence(self) -> Path:
        """The folder of the WARC files; beside the database where that is a file elsewhere."""
        if self.db is not None and "://" not in self.db:
            return Path(self.db).parent / "evidence"
        return self.home / "evidence"

    @property
    def controls(self) -> tuple[str, ...]:
        """The control addresses one by one."""
        return tuple(self.control_urls.split())
