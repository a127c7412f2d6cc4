"""What somebody brings: a file, or cells and texts that were copied somewhere."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminFileFieldWidget

from performance.admin.access import user_of
from performance.library.models import Year
from performance.people.queries import holds
from performance.people.roles import Right
from performance.sheets.formats import FORMATS
from performance.sheets.formats.kinds import MAX_BYTES

PASTED = "粘贴的内容.txt"
TOO_LARGE = f"文件超过{MAX_BYTES // 1_000_000} MB，请只保留需要上报的工作表后再上传。"
NOT_TEXT = "粘贴的内容里有不是文字的字符，没有读入；请把它存成文件后上传。"


def _accepted() -> str:
    """What the browser's dialog offers; what a file really is tells its content."""
    readable = (row for row in FORMATS.values() if row.read)
    return ",".join(f".{name}" for row in readable for name in (row.extension, *row.also))


class UploadForm(forms.Form):
    """After cleaning, `data` and `name` are what was brought, either way."""

    file = forms.FileField(
        label="表格文件",
        required=False,
        allow_empty_file=True,  # refused by kind, like any other file that cannot be read
        widget=UnfoldAdminFileFieldWidget,  # the theme's script expects its own markup
    )
    text = forms.CharField(
        label="或粘贴内容",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"null_characters_not_allowed": NOT_TEXT},
    )
    year = forms.ModelChoiceField(
        label="年度",
        queryset=Year.objects.all(),
        required=False,
        empty_label="从表格标题识别",
        to_field_name="year",
    )
    hidden = forms.BooleanField(label="也读入隐藏的行、列和工作表", required=False)
    create_missing = forms.BooleanField(
        label="新建没有登记的年度、单位、类别和指标", required=False, initial=True
    )

    def __init__(self, request: HttpRequest, **kwargs: Any):
        super().__init__(**kwargs)
        self.fields["file"].widget.attrs["accept"] = _accepted()
        if not holds(user_of(request), Right.CREATE_MISSING):
            del self.fields["create_missing"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > MAX_BYTES:
            raise ValidationError(TOO_LARGE)
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        file, text = cleaned["file"], cleaned["text"]
        if file and text.strip():
            raise ValidationError("选择了文件，又粘贴了内容：一次只能导入一种，请去掉其中一种。")
        if not file and not text.strip():
            self.add_error("file", "请选择要导入的文件，或者粘贴内容。")
            return cleaned
        data = file.read() if file else text.encode()
        return cleaned | {"data": data, "name": file.name if file else PASTED}
