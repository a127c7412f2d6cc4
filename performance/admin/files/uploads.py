"""Uploads in the admin: bring a file, look at what it would do, confirm."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import Truncator
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget

from performance.admin.access import RightsAdmin, post_only, user_of
from performance.admin.files.preview import not_renamed, preview_context
from performance.library.models import Year
from performance.people.queries import holds
from performance.people.roles import Right
from performance.sheets.actions import confirm, look_again, receive
from performance.sheets.formats import FORMATS
from performance.sheets.formats.kinds import MAX_BYTES
from performance.sheets.models import Upload, UploadState
from performance.sheets.stored import load_plan


class UploadForm(forms.Form):
    file = forms.FileField(
        label="表格文件",
        allow_empty_file=True,  # refused by kind, like any other file that cannot be read
        error_messages={"required": "请选择要导入的文件。"},
        widget=UnfoldAdminFileFieldWidget,  # the theme's script expects its own markup
    )
    year = forms.ModelChoiceField(
        label="年度",
        queryset=Year.objects.all(),
        required=False,
        empty_label="从表格标题识别",
        to_field_name="year",
    )
    create_missing = forms.BooleanField(
        label="新建没有登记的年度、单位、类别和指标", required=False, initial=True
    )

    def __init__(self, request: HttpRequest, **kwargs: Any):
        super().__init__(**kwargs)
        self.fields["file"].widget.attrs["accept"] = ",".join(f".{e}" for e in FORMATS)
        if not holds(request.user, Right.CREATE_MISSING):
            del self.fields["create_missing"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            size = MAX_BYTES // 1_000_000
            raise ValidationError(f"文件超过{size} MB，请只保留需要上报的工作表后再上传。")
        return file


@admin.register(Upload)
class UploadAdmin(RightsAdmin):
    see = manage = Right.WRITE_GOALS
    list_display = ("name", "by", "at", "state_label", "result")
    list_select_related = ("by",)
    list_per_page = 50
    change_list_template = "admin/performance/upload/list.html"
    show_full_result_count = False
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what was imported can be traced back to its file

    def get_queryset(self, request: HttpRequest) -> QuerySet[Upload]:
        """One's own; the bureau's administrators see everybody's."""
        uploads = Upload.objects.defer("reading", "plan")
        everything = holds(request.user, Right.CREATE_MISSING)
        return uploads if everything else uploads.filter(by=user_of(request))

    def get_urls(self) -> list[URLPattern]:
        page = "admin:performance_upload_change"
        pages = (
            ("", self.changelist_view, "changelist"),
            ("add/", self.add_view, "add"),
            ("<int:pk>/change/", self.preview_view, "change"),
            ("<int:pk>/confirm/", post_only(self.confirm_view, page), "confirm"),
            ("<int:pk>/again/", post_only(self.again_view, page), "again"),
            ("<int:pk>/file/", self.file_view, "file"),
        )
        return [
            path(route, self.admin_site.admin_view(view), name=f"performance_upload_{name}")
            for route, view, name in pages
        ]

    @display(
        description="状态",
        label={
            UploadState.PREVIEW.label: "warning",
            UploadState.CONFIRMED.label: "success",
            UploadState.UNREADABLE.label: "danger",
        },
    )
    def state_label(self, upload: Upload) -> str:
        return UploadState(upload.state).label

    @display(description="结果")
    def result(self, upload: Upload) -> str:
        if upload.outcome is None:
            return Truncator(upload.message).chars(40)
        left_out = len(upload.outcome["left_out"])
        text = f"新增 {upload.outcome['new']}，修改 {upload.outcome['changed']}"
        return text + (f"，未保存 {left_out}" if left_out else "")

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied("您没有导入绩效目标的权限。")
        files = {"files": request.FILES, "data": request.POST} if request.method == "POST" else {}
        form = UploadForm(request, **files)
        if request.method == "POST" and form.is_valid():
            return self._receive(request, form.cleaned_data)
        context = self._context(request) | {"title": "导入绩效目标表", "form": form}
        return TemplateResponse(request, "admin/performance/upload/add.html", context)

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        upload = self._upload(request, pk)
        context = self._context(request) | {
            "title": upload.name,
            "original": upload,
            "upload": upload,
        }
        context |= preview_context(request, upload)
        return TemplateResponse(request, "admin/performance/upload/preview.html", context)

    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        upload = self._upload(request, pk)
        plan_hash = request.POST.get("plan", "")
        try:
            chosen = self._choices(request, upload, plan_hash)
            upload = confirm(
                upload.pk, by=user_of(request), plan_hash=plan_hash, not_renamed=chosen
            )
        except ValidationError as error:
            messages.error(request, "".join(error.messages))
        else:
            self._tell(request, upload)
        return redirect("admin:performance_upload_change", upload.pk)

    def _tell(self, request: HttpRequest, upload: Upload) -> None:
        if upload.state == UploadState.CONFIRMED:
            messages.success(request, f"导入已完成：{self.result(upload)}。")
            return
        messages.warning(
            request,
            "还没有写入任何内容：预览以后有项目又被别人保存过。已把表格与别人的改动合在一起，"
            "请看过新的预览再确认。",
        )

    def again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        upload = self._upload(request, pk)
        create = "create_missing" in request.POST
        upload = look_again(upload.pk, by=user_of(request), create_missing=create)
        if upload.state == UploadState.PREVIEW:
            messages.info(request, "已按现在的数据重新比较。")
        return redirect("admin:performance_upload_change", upload.pk)

    def file_view(self, request: HttpRequest, pk: int) -> FileResponse | HttpResponse:
        upload = self._upload(request, pk)
        if not upload.file:
            raise Http404
        try:
            file = upload.file.open("rb")
        except FileNotFoundError:
            messages.error(request, "服务器上已找不到原文件，需要时请重新上传。")
            return redirect("admin:performance_upload_change", upload.pk)
        return FileResponse(file, as_attachment=True, filename=upload.name)

    def _receive(self, request: HttpRequest, data: dict[str, Any]) -> HttpResponse:
        upload = receive(
            data["file"].read(),
            data["file"].name,
            by=user_of(request),
            year=data["year"].year if data["year"] else None,
            create_missing=data.get("create_missing", False),
        )
        return redirect("admin:performance_upload_change", upload.pk)

    def _choices(self, request: HttpRequest, upload: Upload, plan_hash: str) -> list[int]:
        """Asked for only where there is something to confirm, and as it was shown."""
        if upload.state != UploadState.PREVIEW or plan_hash != upload.plan_hash:
            return []
        return not_renamed(request.POST, load_plan(upload.plan))

    def _upload(self, request: HttpRequest, pk: int) -> Upload:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request).select_related("by"), pk=pk)

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts}
