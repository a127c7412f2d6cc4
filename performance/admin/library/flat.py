"""Import and export buttons of the flat lists, and import-export's two pages behind them."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from import_export.admin import ImportExportModelAdmin
from import_export.formats.base_formats import Format
from import_export.forms import ConfirmImportForm
from import_export.results import Result
from import_export.tmp_storages import MediaStorage
from tablib import Dataset
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from performance.admin.access import RightsAdmin
from performance.admin.flat_files import UNREADABLE, CsvFile, ExcelFile, SheetFile
from performance.sheets.formats.kinds import MAX_BYTES, TOO_LARGE
from performance.sheets.grid import SheetError

HELP = (
    "第一行是表头。编码已有的更新，没有的新增，不会删除；没有编码的按名称对应。"
    "先显示预览，确认后才写入。"
    "可先导出一份作为样表。"
)
GONE = "这次导入已经完成、已超过一天或已被改动，没有再次执行；请重新上传文件。"
KEEP = timedelta(days=1)


class TableStorage(MediaStorage):
    """The file between preview and confirm, where every worker of the server finds it."""

    def save(self, data: bytes) -> None:
        self._remove_old()
        super().save(data)

    def _remove_old(self) -> None:
        """What was never confirmed."""
        if not self._storage.exists(self.MEDIA_FOLDER):
            return
        limit = timezone.now() - KEEP
        for name in self._storage.listdir(self.MEDIA_FOLDER)[1]:
            path = f"{self.MEDIA_FOLDER}/{name}"
            if self._storage.get_modified_time(path) < limit:
                self._storage.delete(path)


class UploadForm(ImportForm):
    def __init__(self, *args: Any, help_text: str = HELP, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["import_file"].help_text = help_text

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file


class SignedConfirmForm(ConfirmImportForm):
    """Names the stored file by a signature: the browser cannot point to another one."""

    def __init__(self, *args: Any, salt: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.salt = salt

    def clean_import_file_name(self) -> str:
        try:
            name = self.cleaned_data["import_file_name"]
            return signing.loads(name, salt=self.salt, max_age=KEEP)
        except signing.BadSignature as error:
            raise forms.ValidationError(GONE) from error

    def clean_format(self) -> str:
        return "0"

    clean_resource = clean_format


class FlatAdmin(RightsAdmin, ImportExportModelAdmin):
    """A list with Import and Export: `manage` imports, whoever sees it exports."""

    import_formats = [SheetFile]
    export_formats = [ExcelFile, CsvFile]
    import_form_class = UploadForm
    confirm_form_class = SignedConfirmForm
    export_form_class = ExportForm
    tmp_storage_class = TableStorage
    import_help = HELP

    def get_import_form_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_import_form_kwargs(request), "help_text": self.import_help}

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        start = redirect(self._url("import"))
        if request.method != "POST":
            return start
        if self.create_confirm_form(request).is_valid():
            try:
                return super().process_import(request, **kwargs)
            except FileNotFoundError:
                pass  # confirmed twice, or too late
        messages.error(request, GONE)
        return start

    def process_dataset(
        self, dataset: Dataset, form: forms.Form, request: HttpRequest, **kwargs: Any
    ) -> Result:
        """All of it or nothing: the library may have changed since the preview."""
        kwargs["rollback_on_validation_errors"] = True
        return super().process_dataset(dataset, form, request, **kwargs)

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        if not result.has_errors() and not result.has_validation_errors():
            return super().process_result(result, request)
        messages.error(request, "预览之后数据有变动，没有导入任何内容；请改正后重新上传。")
        context = {
            **self.admin_site.each_context(request),
            "title": "导入",
            "form": self.import_form_class(
                self.get_import_formats(),
                self.get_import_resource_classes(request),
                help_text=self.import_help,
            ),
            "opts": self.opts,
            "result": result,
        }
        return TemplateResponse(request, [self.import_template_name], context)

    def get_confirm_form_kwargs(
        self, request: HttpRequest, import_form: forms.Form | None = None
    ) -> dict[str, Any]:
        kwargs = super().get_confirm_form_kwargs(request, import_form)
        return {**kwargs, "salt": self._salt(request)}

    def get_confirm_form_initial(
        self, request: HttpRequest, import_form: forms.Form | None
    ) -> dict[str, Any]:
        initial = super().get_confirm_form_initial(request, import_form)
        if import_form is not None:
            name = initial["import_file_name"]
            initial["import_file_name"] = signing.dumps(name, salt=self._salt(request))
        return initial

    def _salt(self, request: HttpRequest) -> str:
        return f"import:{self.opts.label}:{request.user.pk}"

    def add_data_read_fail_error_to_form(self, form: forms.Form, e: Exception) -> None:
        form.add_error("import_file", str(e) if isinstance(e, SheetError) else UNREADABLE)

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Format) -> str:
        day = timezone.localdate().isoformat()
        return f"{self.opts.verbose_name}-{day}.{file_format.get_extension()}"

    def get_valid_export_item_pks(self, request: HttpRequest) -> Any:
        """What may be exported one by one; the package warns that its own is leaving."""
        return self.get_queryset(request).values_list("pk", flat=True)

    def _do_file_export(
        self, file_format: Format, request: HttpRequest, queryset: Any, **kwargs: Any
    ) -> HttpResponse:
        response = super()._do_file_export(file_format, request, queryset, **kwargs)
        name = self.get_export_filename(request, queryset, file_format)
        # The package writes the name as it is, which no header can carry in Chinese.
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response

    def _url(self, page: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}")
