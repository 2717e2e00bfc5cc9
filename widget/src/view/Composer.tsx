import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { type Session, useSession, wish } from "../session";
import { useStore } from "../store";
import { Attachments } from "./Attachments";
import { attach } from "./attaching";
import { Icon } from "./icons";

const LONGEST_TEXT = 4000;
const BORDERS_PX = 2;

export function Composer() {
  const session = useSession();
  const { draft, attachments } = useStore(session.panel);
  const { limits } = useStore(session.conversation.chat);
  const { strings } = session.language;
  const over = draft.length - (limits?.text ?? LONGEST_TEXT);
  const waits = over > 0 || attachments.some((attachment) => attachment.state === "uploading");
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        if (!waits) submit(session);
      }}
    >
      <Attachments />
      {over > 0 && (
        <p class="too-long" role="alert">
          {strings.tooLong(over)}
        </p>
      )}
      <div class="write">
        {limits && <AttachButton types={limits.file_types} />}
        <Input />
        <button type="submit" class="send" aria-label={strings.send} title={strings.send} aria-disabled={waits}>
          <Icon name="send" />
        </button>
      </div>
      <Reach />
    </form>
  );
}

function submit(session: Session): void {
  const { draft, attachments } = session.panel.value;
  const files = attachments.flatMap((attachment) => attachment.shown ?? []);
  const text = draft.trim();
  if (!text && !files.length) return;
  session.panel.change({ draft: "", attachments: attachments.filter((one) => !one.shown), remark: null });
  session.conversation.say(text, files);
}

function Input() {
  const session = useSession();
  const { draft, focus, open } = useStore(session.panel);
  const { message, placeholder } = session.language.strings;
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!focus) return;
    input.current?.focus();
    input.current?.setSelectionRange(draft.length, draft.length);
  }, [focus]);
  useLayoutEffect(() => {
    const { style } = input.current!;
    style.height = "auto";
    if (input.current!.scrollHeight) style.height = `${input.current!.scrollHeight + BORDERS_PX}px`;
  }, [draft, open]);
  return (
    <textarea
      rows={1}
      aria-label={message}
      placeholder={placeholder}
      dir="auto"
      ref={input}
      value={draft}
      onInput={(event) => {
        session.panel.change({ draft: event.currentTarget.value });
        session.conversation.typing();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        event.currentTarget.form?.requestSubmit();
      }}
      onPaste={(event) => {
        const files = [...(event.clipboardData?.files ?? [])];
        if (!files.length || !session.conversation.chat.value.limits) return;
        event.preventDefault();
        attach(session, files);
      }}
    />
  );
}

function AttachButton({ types }: { types: string[] }) {
  const session = useSession();
  const chooser = useRef<HTMLInputElement>(null);
  const { attach: label } = session.language.strings;
  return (
    <>
      <button
        type="button"
        class="icon-button"
        aria-label={label}
        title={label}
        onClick={() => chooser.current?.click()}
      >
        <Icon name="clip" />
      </button>
      <input
        type="file"
        multiple
        hidden
        aria-label={label}
        accept={types.join(",")}
        ref={chooser}
        onChange={(event) => {
          attach(session, [...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

/** What must always be in reach: a person, and the withdrawal where the law asks for it. */
function Reach() {
  const session = useSession();
  const { speaking, withdrawal } = useStore(session.conversation.chat);
  const { person, withdraw } = session.language.strings;
  const isPersonOn = speaking === "agent" || speaking === "waiting";
  return (
    <div class="reach">
      {!isPersonOn && (
        <button type="button" class="text-button" onClick={() => wish(session, "person")}>
          <Icon name="person" />
          {person}
        </button>
      )}
      {withdrawal && (
        <button type="button" class="text-button" onClick={() => wish(session, "withdraw")}>
          {withdraw}
        </button>
      )}
    </div>
  );
}
