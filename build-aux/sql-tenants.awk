# Statements on a tenant's table that do not say of which organization: each is a line with its file and name.
#
#   awk -f sql-tenants.awk MIGRATION... -- QUERIES...
#
# A tenant's table is one that a migration makes with an org_id, but for those of the directory. A statement says it by
# org_id, or by an argument org. In functions row-level security and tests watch over it; here it is a matter of plans:
# without it a statement looks through the rows of all tenants.

BEGIN {
	n = split("memberships sessions invitations api_tokens password_resets member_names channel_addresses", directory, " ")
	for (i = 1; i <= n; i++)
		is_directory[directory[i]] = 1
}

function finish(t) {
	if (name != "" && text !~ /org_id|:org/)
		for (t in tenants)
			if (text ~ ("(FROM|JOIN|INTO|UPDATE|ONLY)[ \t\n]+" t "([^a-z_]|$)"))
				print file ": " name " names " t " and no organization"
	name = text = ""
}

/^CREATE (UNLOGGED )?TABLE / && FILENAME ~ /migrations/ { table = $(NF - 1) }
/^\);?|^\) WITH/ { table = "" }
table != "" && /^\torg_id / && !(table in is_directory) { tenants[table] = 1 }

FILENAME !~ /queries/ { next }
/^-- name: / { finish(); name = $3; file = FILENAME; next }
/^--/ { next }
{ text = text $0 "\n" }
END { finish() }
