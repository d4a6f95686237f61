/** What is told before anything is sent: a file that would be refused is not uploaded. */

import type { Me } from "../api/client";
import { size } from "../words/numbers";

export interface Refusal {
  code: "file_empty" | "file_too_large" | "format_unsupported";
  message: string;
}

/** Endings by media type, for files of which the browser does not know the type. */
const ENDINGS: Record<string, string[]> = {
  "application/pdf": ["pdf"],
  "image/jpeg": ["jpg", "jpeg", "jpe", "jfif"],
  "image/png": ["png"],
  "image/tiff": ["tif", "tiff"],
  "image/heic": ["heic", "heif"],
  "image/webp": ["webp"],
  "image/bmp": ["bmp", "dib"],
  "image/gif": ["gif"],
  "image/jp2": ["jp2", "jpf", "jpx", "j2k"],
  "image/avif": ["avif"],
};

/** Names that are not the media type in capitals. */
const NAMES: Record<string, string> = { "image/webp": "WebP", "image/jp2": "JPEG 2000" };

const OTHER_NAMES: Record<string, string> = {
  "image/jpg": "image/jpeg",
  "image/heif": "image/heic",
  "image/x-ms-bmp": "image/bmp",
  "image/jpx": "image/jp2",
};

/** Why this file cannot be taken, or null when it can. */
export function refusalOf(file: Pick<File, "name" | "size" | "type">, limits: Me["limits"]): Refusal | null {
  if (file.size === 0) {
    return { code: "file_empty", message: "The file is empty. Check that it opens on your device." };
  }
  if (file.size > limits.max_file_bytes) {
    const told = `The file has ${size(file.size)}; at most ${size(limits.max_file_bytes)} can be read.`;
    return { code: "file_too_large", message: `${told} Scan at a lower resolution, or split it.` };
  }
  if (!typeOf(file, limits.formats)) {
    const told = `This kind of file cannot be read. Choose a ${formatNames(limits.formats)} file.`;
    return { code: "format_unsupported", message: told };
  }
  return null;
}

/** The type to announce: what the browser says, or what the ending tells; null when neither is read here. */
export function typeOf(file: Pick<File, "name" | "type">, formats: readonly string[]): string | null {
  const said = OTHER_NAMES[file.type] ?? file.type;
  if (formats.includes(said)) return said;
  if (said && said !== "application/octet-stream") return null;
  const ending = file.name.toLowerCase().split(".").pop() ?? "";
  return formats.find((format) => ENDINGS[format]?.includes(ending)) ?? null;
}

/** For the file picker's `accept`. */
export function acceptOf(formats: readonly string[]): string {
  return formats
    .flatMap((format) => [format, ...(ENDINGS[format] ?? []).map((ending) => `.${ending}`)])
    .join(",");
}

/** "PDF, JPEG or PNG". */
export function formatNames(formats: readonly string[]): string {
  const names = formats.map((format) => NAMES[format] ?? (format.split("/")[1] ?? format).toUpperCase());
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
