/** What can be done with a document, wherever it is shown. */

import { ask } from "../../api/client";
import { useServices } from "../../app/services";
import { useAction } from "../../components/hooks";

export function useDocumentActions(id: string) {
  const { api, store } = useServices();
  const action = useAction();
  const params = { path: { document_id: id } };
  return {
    ...action,
    cancel: () =>
      action.run(async () => store.put(await ask(api.POST("/documents/{document_id}/cancel", { params })))),
    retry: () =>
      action.run(async () => store.put(await ask(api.POST("/documents/{document_id}/retry", { params })))),
    /** Erase it. @throws ApiError */
    erase: async () => {
      await ask(api.DELETE("/documents/{document_id}", { params }));
      store.remove(id);
    },
  };
}
