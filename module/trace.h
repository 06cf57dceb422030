/* SPDX-License-Identifier: GPL-2.0 */
/* The tracepoint pptpgw:pptpgw_steer: each reply, its ingress and the reason. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM pptpgw

#if !defined(PGW_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define PGW_TRACE_H

#include <linux/tracepoint.h>

#include "compat.h"
#include "pernet.h"

TRACE_EVENT(pptpgw_steer,
	TP_PROTO(__be32 client, __be32 local, int ingress,
		 enum pptpgw_counter reason),
	TP_ARGS(client, local, ingress, reason),
	TP_STRUCT__entry(
		__array(u8, client, 4)
		__array(u8, local, 4)
		__field(int, ingress)
		__string(reason, pgw_counter_names[reason])
	),
	TP_fast_assign(
		memcpy(__entry->client, &client, 4);
		memcpy(__entry->local, &local, 4);
		__entry->ingress = ingress;
		pgw_trace_assign_str(reason, pgw_counter_names[reason]);
	),
	TP_printk("client=%pI4 local=%pI4 ingress=%d reason=%s",
		  __entry->client, __entry->local, __entry->ingress,
		  __get_str(reason))
);

#endif /* PGW_TRACE_H */

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
