/** Sends files straight to S3 by presigned POST, with Uppy. Loaded with the first file. */

import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";

export interface Form {
  url: string;
  fields: Record<string, string>;
}

export interface TransferEvents {
  progress(id: string, sent: number): void;
  done(id: string): void;
  failed(id: string): void;
}

export interface Transfer {
  send(id: string, file: File, form: Form): void;
  cancel(id: string): void;
}

/** Files on their way at the same time: a phone's line is not helped by more. */
const AT_ONCE = 4;

export function transfer(events: TransferEvents): Transfer {
  const forms = new Map<string, Form>();
  const uppy = new Uppy<{ upload: string; relativePath: string }, Record<string, never>>({
    autoProceed: true,
    allowMultipleUploadBatches: true,
    // Its own log would hold filenames.
    logger: { debug() {}, warn() {}, error() {} },
  });
  uppy.use(AwsS3, {
    limit: AT_ONCE,
    shouldUseMultipart: false,
    allowedMetaFields: [],
    generateObjectKey: (file) => String(file.meta.upload),
    signRequest: ({ key }) => {
      const form = forms.get(key);
      if (!form) throw new Error("This upload was cancelled.");
      return form;
    },
  });
  const end = (fileId: string, upload: string) => {
    forms.delete(upload);
    if (uppy.getFile(fileId)) uppy.removeFile(fileId);
  };
  uppy.on("upload-progress", (file, progress) => {
    if (file) events.progress(file.meta.upload, progress.bytesUploaded || 0);
  });
  uppy.on("upload-success", (file) => {
    if (!file) return;
    end(file.id, file.meta.upload);
    events.done(file.meta.upload);
  });
  uppy.on("upload-error", (file) => {
    if (!file) return;
    end(file.id, file.meta.upload);
    events.failed(file.meta.upload);
  });
  return {
    send(id, file, form) {
      forms.set(id, form);
      // Uppy takes two files of one name for the same; the relative path tells them apart.
      uppy.addFile({ name: file.name, type: file.type, data: file, meta: { upload: id, relativePath: id } });
    },
    cancel(id) {
      const file = uppy.getFiles().find((each) => each.meta.upload === id);
      if (file) end(file.id, id);
    },
  };
}
