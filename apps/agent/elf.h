/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds functions in an ELF file of this machine's kind, by its program headers and one symbol
 * table: .symtab, or else .dynsym. The file may be hostile: everything in it is checked, and read
 * with pread(2), so that a file that shrinks does no harm.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELF_NAME_MAX 256

struct elf_query {
	uint64_t at; /* offset of the instruction in the file */
	bool found; /* a segment has it */
	uint64_t address; /* as linked, if found */
	char function[ELF_NAME_MAX]; /* empty: unknown */
	/* Of the best symbol so far. */
	uint64_t from;
	uint32_t name;
	uint8_t rank;
};

/* Fills in what is found of each query. */
void elf_find(int fd, struct elf_query *query, size_t n);
