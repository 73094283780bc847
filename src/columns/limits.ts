/** Numbers from here on round to infinity as float32: the largest one and half a step. */
export const floatLimit = (2 - 2 ** -24) * 2 ** 127

/** The same for float16, of a float32 that is to become one. */
export const float16Limit = 65_520
