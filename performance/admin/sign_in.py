"""Signing in again in a layer on top of a form whose session has ended."""

from django.contrib.auth import login
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token

from performance.admin.login import LoginForm


def sign_in_again(request: HttpRequest) -> JsonResponse:
    """GET gives the token a browser needs to post; POST signs in and gives the new one.

    The layer sends the name of who sat at the form: another person needs the page anew.
    """
    if request.method != "POST":
        return JsonResponse({"token": get_token(request)})
    form = LoginForm(request, data=request.POST)
    if not form.is_valid():
        problems = [message for messages in form.errors.values() for message in messages]
        return JsonResponse({"problem": "".join(map(str, problems))}, status=400)
    login(request, form.get_user())
    return JsonResponse({"token": get_token(request)})
