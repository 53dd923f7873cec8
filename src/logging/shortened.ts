const MAX_TEXT_LENGTH = 1024;

/**
 * What a client or backend sent, cut to `maxLength` characters (1,024).
 * Differs from KrakenD: nobody fills the disk with single requests.
 */
export function shortened(text: string, maxLength = MAX_TEXT_LENGTH): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}...`;
}
