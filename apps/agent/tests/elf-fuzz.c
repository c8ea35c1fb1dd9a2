// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * elf-fuzz FILE SEED TIMES: damages copies of an ELF file, where readers of it trust it most, and searches functions in
 * each. Built with sanitizers. Ends with 1 if a result is impossible.
 */
#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../elf.h"

static uint64_t state;

static uint64_t any(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

/* Numbers at the borders of what a reader can check. */
static uint64_t nasty(uint64_t size)
{
	static const uint64_t fixed[] = { 0, 1, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff,
					  0xffffffff, 0xfffffffffffff000, 24, 56, 64 };
	uint64_t n = any() % 14;

	return n < 10 ? fixed[n] : n == 10 ? size : n == 11 ? size - 1 : n == 12 ? any() % size : any();
}

static void damage(uint8_t *file, size_t size)
{
	const Elf64_Ehdr *header = (void *)file;
	uint64_t starts[] = { 0, header->e_phoff, header->e_shoff };
	uint64_t lengths[] = { sizeof(*header), header->e_phnum * sizeof(Elf64_Phdr),
			       header->e_shnum * sizeof(Elf64_Shdr) };

	for (unsigned int times = 1 + any() % 6; times; times--) {
		unsigned int where = any() % 3;
		uint64_t at = any() % 8 ? starts[where] + any() % (lengths[where] + 1) : any() % size;
		uint64_t value = nasty(size);
		size_t width = 1 << any() % 4;

		if (at < size && size - at >= width)
			memcpy(file + at, &value, width);
	}
}

int main(int argc, char **argv)
{
	FILE *in = argc == 4 ? fopen(argv[1], "r") : NULL;
	static uint8_t whole[4 << 20], copy[4 << 20];
	size_t size = in ? fread(whole, 1, sizeof(whole), in) : 0;
	struct elf_query query[8];
	unsigned long named = 0;

	if (size < 4096)
		return 2;
	state = strtoull(argv[2], NULL, 10) * 0x9e3779b97f4a7c15;
	for (int i = 0; i < atoi(argv[3]); i++) {
		int fd = memfd_create("copy", 0);
		size_t left = any() % 4 ? size : any() % size;

		memcpy(copy, whole, size);
		if (i) /* the first is whole */
			damage(copy, size);
		if (write(fd, copy, i ? left : size) < 0)
			return 2;
		for (size_t j = 0; j < 8; j++)
			query[j].at = any() % 4 ? any() % size : nasty(size);
		elf_find(fd, query, 8);
		close(fd);
		for (size_t j = 0; j < 8; j++) {
			if (!memchr(query[j].function, 0, sizeof(query[j].function)) ||
			    (*query[j].function && !query[j].found))
				return 1;
			named += !!*query[j].function;
		}
	}
	printf("%lu\n", named);
	return 0;
}
