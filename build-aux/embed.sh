#!/bin/sh
# Prints C that holds files as arrays of bytes:
#     embed.sh HEADER ARRAY SUFFIX FILE...      struct embedded_file ARRAY[], which HEADER declares, names without their folder and without SUFFIX
set -eu
header=$1 array=$2 suffix=$3
shift 3
echo '/* Made by build-aux/embed.sh; do not edit. */'
echo "#include \"$header\""
n=0
for file in "$@"; do
	echo "static const unsigned char file_${n}[] = {"
	od -An -v -tu1 "$file" | sed -e 's/^ *//' -e 's/  */,/g' -e 's/$/,/'
	echo '0 };'
	n=$((n + 1))
done
echo "const struct embedded_file ${array}[] = {"
n=0
for file in "$@"; do
	echo "	{ \"$(basename "$file" "$suffix")\", file_${n}, sizeof(file_${n}) - 1 },"
	n=$((n + 1))
done
echo '	{ NULL, NULL, 0 } };'
