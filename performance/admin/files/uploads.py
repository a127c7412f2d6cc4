"""Uploads in the admin: bring a file, look at what it would do, confirm."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import Truncator
from unfold.decorators import display

from performance.admin.access import RightsAdmin, post_only, user_of
from performance.admin.files.columns import columns_page
from performance.admin.files.page_picture import picture_of
from performance.admin.files.preview import not_renamed, preview_context
from performance.admin.files.splits import chosen_cut
from performance.admin.files.upload_form import UploadForm
from performance.people.queries import holds
from performance.people.roles import Right
from performance.sheets.actions import confirm, look_again
from performance.sheets.models import Upload, UploadState
from performance.sheets.receiving import read_again, receive
from performance.sheets.stored import load_plan


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
            ("<int:pk>/part/", post_only(self.part_view, page), "part"),
            ("<int:pk>/columns/", self.columns_view, "columns"),
            ("<int:pk>/picture/", self.picture_view, "picture"),
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
            try:
                return self._receive(request, form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
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
        user, hidden = user_of(request), "hidden" in request.POST
        create = "create_missing" in request.POST
        try:
            if hidden != upload.hidden:
                upload = read_again(upload.pk, by=user, hidden=hidden)
            upload = look_again(upload.pk, by=user, create_missing=create)
        except ValidationError as error:
            messages.error(request, "".join(error.messages))
        else:
            if upload.state == UploadState.PREVIEW:
                messages.info(request, "已按现在的数据重新比较。")
        return redirect("admin:performance_upload_change", upload.pk)

    def part_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One text of a file parted into two goals as a person says."""
        upload = self._upload(request, pk)
        index, cut = chosen_cut(request.POST, upload)
        user, create = user_of(request), upload.create_missing
        upload = look_again(upload.pk, by=user, create_missing=create, cuts={index: cut})
        if upload.state == UploadState.PREVIEW:
            messages.info(request, "已按所选的位置划分，并重新比较。")
        query = urlencode({"kind": "", "p": request.POST.get("p", "1")})
        page = reverse("admin:performance_upload_change", args=[upload.pk])
        return redirect(f"{page}?{query}#goal-{index}")

    def columns_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        upload = self._upload(request, pk)
        return columns_page(request, upload, self._context(request))

    def picture_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return picture_of(self._upload(request, pk), request.GET)

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
            data["data"],
            data["name"],
            by=user_of(request),
            year=data["year"].year if data["year"] else None,
            create_missing=data.get("create_missing", False),
            hidden=data["hidden"],
            within_quota=True,
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
