// The way to the server, and what it answers said in words.

export const $ = (id) => document.getElementById(id);

const WORDS = {
  no_such_button: "这个按钮已经变了，请看最新的消息。", blocked: "已屏蔽机器人，先解除屏蔽。", bad_length: "一条消息 1 到 4096 个字。",
  no_plan_of_time: "这里没有可以推算的安排。", no_speaker: "群里请用成员身份发言。", not_own: "只能编辑自己的消息。",
};

export async function post(path, body) {
  const form = body instanceof FormData;
  const answer = await fetch(`/control/${path}`, {
    method: "POST", body: form ? body : JSON.stringify(body), headers: form ? {} : { "content-type": "application/json" },
  });
  const result = await answer.json();
  if (!answer.ok) {
    toast(WORDS[result.error] || result.text || "没有成功");
    throw new Error(result.text);
  }
  return result;
}

export const attempt = (promise) => promise.catch((error) => console.warn(error));

let toastTimer = 0;

export function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 3500);
}
