// A layer on top of the form in which the same person signs in again; the form stays as it is.

let open = null; // several asks share one layer

export function signInAgain(url, user) {
  open ??= ask(url, user).finally(() => open = null);
  return open;
}

function ask(url, user) {
  const layer = document.getElementById("sign-in").content.firstElementChild.cloneNode(true);
  const problem = layer.querySelector("[role=alert]");
  const password = layer.querySelector("[name=password]");
  layer.querySelector("[name=username]").value = user;
  document.body.append(layer);
  layer.showModal();
  password.focus();
  return new Promise((done) => {
    const close = (answer) => {
      layer.remove();
      done(answer);
    };
    layer.addEventListener("cancel", () => close(false));
    layer.querySelector("[value=later]").addEventListener("click", () => close(false));
    layer.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const answer = await signIn(url, user, password.value);
      if (answer.token) return close(renew(answer.token));
      problem.textContent = answer.problem;
      password.select();
    });
  });
}

async function signIn(url, user, password) {
  try {
    const { token } = await (await fetch(url)).json();
    const body = new URLSearchParams({ username: user, password });
    const headers = { "X-CSRFToken": token };
    return await (await fetch(url, { method: "POST", body, headers })).json();
  } catch {
    return { problem: "网络或服务器没有响应，请稍后再试；内容已存在本机。" };
  }
}

// Signing in gives a new token to every form of the page.
function renew(token) {
  document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => input.value = token);
  return true;
}
