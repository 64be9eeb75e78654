/** Names the chat panel's kind to VS Code: in its state of restored editors and in `activeWebviewPanelId`. */
export const PANEL_VIEW_TYPE = 'computerUseChat.panel';
