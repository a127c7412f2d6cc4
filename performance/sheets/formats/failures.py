"""What a reader's process may fail at, told with what helps with that kind of file."""

from collections.abc import Mapping
from dataclasses import dataclass

from performance.sheets.grid import SheetError

_FEWER = {
    "": "请删去无关的工作表、行和列，另存为新的 .xlsx 后再上传，或分成几个文件上传。",
    "csv": "请删去无关的行和列后再上传，或分成几个文件上传。",
    "txt": "请只留下绩效目标的文字后再上传，或分成几次上传。",
    "pdf": "请只打印绩效目标表所在的几页，重新生成 PDF 后再上传，"
    "或者上传原来的 Excel 表格（.xlsx）。",
}
_ANEW = {
    "": "请在 Excel 或 WPS 中打开并另存为 .xlsx 后再上传。",
    "txt": "请用记事本打开并另存为 UTF-8 编码的文本后再上传。",
    "pdf": "请重新生成 PDF 后再上传，或者上传原来的 Excel 表格（.xlsx）。",
}


@dataclass(frozen=True)
class Failure:
    """`advice` by a file's extension; without one, for all others."""

    kind: str
    sentence: str
    advice: Mapping[str, str]

    def of(self, extension: str) -> SheetError:
        return SheetError(self.kind, self.sentence + self.advice.get(extension, self.advice[""]))


TOO_SLOW = Failure("too_large", "文件内容过多或结构异常，在限定的时间内没有读完；", _FEWER)
TOO_MUCH = Failure("too_large_inflated", "文件展开后占用的内存过多，不予读取；", _FEWER)
BROKEN = Failure("damaged", "读取文件时出错，文件可能已损坏；", _ANEW)
