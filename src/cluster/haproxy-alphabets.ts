/** A token of RFC 9110 without what HAProxy's own syntax knows, nor a dash in front, which begins a flag. */
export const HEADER_NAME = /^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,63}$/;

/** A name, a zone or a digest. */
export const WORD = /^[A-Za-z0-9_.-]+$/;

/** Host and port, as a server line has them. */
export const NODE_ADDRESS = /^[A-Za-z0-9_.:[\]-]+$/;
