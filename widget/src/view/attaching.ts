/** Files on their way: checked here only to spare the customer a wait, uploaded at once, sent with the next message. */

import { FileRefused, plainName, upload } from "../chat/files";
import { type Attachment, remark, type Session } from "../session";
import { fileSize } from "../words";

const UPLOAD_WITHIN_MS = 60_000;
let lastKey = 0;

export function attach(session: Session, files: File[]): void {
  for (const file of files) {
    const attachment: Attachment = { key: ++lastKey, file, state: "uploading", why: null, shown: null };
    session.panel.change({ attachments: [...session.panel.value.attachments, attachment] });
    void send(session, attachment);
  }
}

export function detach(session: Session, key: number): void {
  session.panel.change({ attachments: session.panel.value.attachments.filter((one) => one.key !== key) });
}

export async function send(session: Session, { key, file }: Attachment): Promise<void> {
  const { strings } = session.language;
  update(session, key, { state: "uploading", why: null });
  try {
    const against = whyNot(session, file);
    if (against) throw new FileRefused(against);
    const { server, token } = session.conversation;
    const shown = await upload(server, token ?? "", file, AbortSignal.timeout(UPLOAD_WITHIN_MS));
    update(session, key, { state: "ready", shown });
  } catch (error) {
    const isRefused = error instanceof FileRefused;
    const why = (isRefused && error.message) || strings.uploadFailed;
    update(session, key, { state: isRefused && !error.mayPass ? "refused" : "failed", why });
    remark(session, `${plainName(file.name)}: ${why}`);
  }
}

function whyNot(session: Session, file: File): string | null {
  const limits = session.conversation.chat.value.limits;
  const { strings } = session.language;
  if (!limits) return strings.uploadFailed;
  if (file.size > limits.file_bytes) return strings.fileTooLarge(fileSize(limits.file_bytes, session.locale));
  return file.type && !limits.file_types.includes(file.type) ? strings.fileKind : null;
}

function update(session: Session, key: number, part: Partial<Attachment>): void {
  const attachments = session.panel.value.attachments.map((one) => (one.key === key ? { ...one, ...part } : one));
  session.panel.change({ attachments });
}
