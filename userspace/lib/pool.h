/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that is freed as a whole: obstack(3), which ends the program when there is no more. */
#ifndef LIB_POOL_H
#define LIB_POOL_H

#include <obstack.h>
#include <stdlib.h>

#define obstack_chunk_alloc malloc
#define obstack_chunk_free free

#endif /* LIB_POOL_H */
