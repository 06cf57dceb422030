// SPDX-License-Identifier: GPL-2.0
/* How commands of the family answer. */
#include "netlink_msg.h"

#include "uapi/linux/pptpgw.h"

/* pgw_netlink_init() adds the commands and groups, which stand above. */
struct genl_family pgw_family __ro_after_init = {
	.name = PPTPGW_FAMILY_NAME,
	.version = PPTPGW_FAMILY_VERSION,
	.netnsok = true,
	.module = THIS_MODULE,
};

/**
 * pgw_nl_reply_new - begin the answer to a request
 * @info: request
 * @header: its header, for pgw_nl_reply()
 *
 * Return: message, or NULL.
 */
struct sk_buff *pgw_nl_reply_new(struct genl_info *info, void **header)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);

	if (!skb)
		return NULL;
	*header = genlmsg_put_reply(skb, info, &pgw_family, 0,
				    info->genlhdr->cmd);
	if (*header)
		return skb;
	nlmsg_free(skb);
	return NULL;
}

/* Send the reply, or free it and return @err if that is not 0. */
int pgw_nl_reply(struct sk_buff *skb, struct genl_info *info, void *header,
		 int err)
{
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}
