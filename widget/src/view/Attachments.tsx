import { useEffect, useRef } from "preact/hooks";
import { plainName } from "../chat/files";
import { type Attachment, useSession } from "../session";
import { useStore } from "../store";
import { fileSize } from "../words";
import { detach, send } from "./attaching";
import { Icon } from "./icons";
import { IconButton } from "./IconButton";

const PREVIEW_PX = 40;

/** What goes with the next message. */
export function Attachments() {
  const { panel } = useSession();
  const { attachments } = useStore(panel);
  if (!attachments.length) return null;
  return (
    <ul class="attachments">
      {attachments.map((attachment) => (
        <Chip attachment={attachment} key={attachment.key} />
      ))}
    </ul>
  );
}

function Chip({ attachment }: { attachment: Attachment }) {
  const session = useSession();
  const { strings } = session.language;
  const { file, state, why, key } = attachment;
  const name = plainName(file.name);
  return (
    <li class={`file is-${state}`}>
      <Preview file={file} />
      <bdi class="file-name">{name}</bdi>
      <small>{state === "ready" ? fileSize(file.size, session.locale) : (why ?? `${strings.uploading}…`)}</small>
      {state === "failed" && (
        <button type="button" class="text-button" onClick={() => void send(session, attachment)}>
          {strings.tryAgain}
        </button>
      )}
      <IconButton icon="close" label={strings.remove(name)} onClick={() => detach(session, key)} />
    </li>
  );
}

/** A strict content policy lets no image in by address, so it is painted. */
function Preview({ file }: { file: File }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isImage = file.type.startsWith("image/");
  useEffect(() => {
    if (isImage) void paint(file, canvas.current!).catch(() => {}); // no image after all: the square stays empty
  }, [file]);
  return isImage ? <canvas class="preview" ref={canvas} width={0} height={0} aria-hidden="true" /> : <Icon name="file" />;
}

async function paint(file: File, canvas: HTMLCanvasElement): Promise<void> {
  const image = await createImageBitmap(file, { resizeWidth: PREVIEW_PX * 2, resizeQuality: "medium" });
  canvas.width = canvas.height = PREVIEW_PX * 2;
  const side = Math.min(image.width, image.height);
  canvas.getContext("2d")?.drawImage(image, 0, 0, side, side, 0, 0, canvas.width, canvas.height);
}
