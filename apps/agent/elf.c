// SPDX-License-Identifier: GPL-2.0-or-later
#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "elf.h"

#define SEGMENTS_MAX 256
#define SECTIONS_MAX 4096
#define SYMBOLS_MAX (4 << 20)
#define SYMBOLS_AT_ONCE 2048

#define DATA_HERE (BYTE_ORDER == LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB)

/* Reads up to `len` bytes; returns how many. */
static size_t read_some(int fd, void *to, size_t len, uint64_t at)
{
	size_t done = 0;
	ssize_t n;

	if (at > INT64_MAX - len)
		return 0;
	while (done < len) {
		n = pread(fd, (char *)to + done, len - done, at + done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += n;
	}
	return done;
}

static bool read_all(int fd, void *to, size_t len, uint64_t at)
{
	return read_some(fd, to, len, at) == len;
}

static bool read_header(int fd, Elf64_Ehdr *header)
{
	return read_all(fd, header, sizeof(*header), 0) && !memcmp(header->e_ident, ELFMAG, SELFMAG) &&
	       header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_ident[EI_DATA] == DATA_HERE;
}

/* Finds the address of each query, by the segment that has it; one with code comes first. */
static void find_addresses(int fd, const Elf64_Ehdr *header, struct elf_query *query, size_t n)
{
	if (header->e_phentsize != sizeof(Elf64_Phdr))
		return;
	for (unsigned int i = 0; i < header->e_phnum && i < SEGMENTS_MAX; i++) {
		Elf64_Phdr segment;

		if (!read_all(fd, &segment, sizeof(segment), header->e_phoff + i * sizeof(segment)))
			return;
		for (size_t j = 0; j < n && segment.p_type == PT_LOAD; j++) {
			uint64_t inside = query[j].at - segment.p_offset;

			if (query[j].at < segment.p_offset || inside >= segment.p_filesz)
				continue;
			if (query[j].found && !(segment.p_flags & PF_X))
				continue;
			query[j].found = true;
			query[j].address = segment.p_vaddr + inside;
		}
	}
}

static bool read_section(int fd, const Elf64_Ehdr *header, unsigned int index, Elf64_Shdr *section)
{
	return index < header->e_shnum &&
	       read_all(fd, section, sizeof(*section), header->e_shoff + index * sizeof(*section));
}

/* Finds .symtab, or else .dynsym, and its names. */
static bool find_symbols(int fd, const Elf64_Ehdr *header, Elf64_Shdr *symbols, Elf64_Shdr *names)
{
	Elf64_Shdr section;
	bool found = false;

	if (header->e_shentsize != sizeof(section))
		return false;
	for (unsigned int i = 0; i < SECTIONS_MAX && read_section(fd, header, i, &section); i++) {
		if (section.sh_type != SHT_SYMTAB && (section.sh_type != SHT_DYNSYM || found))
			continue;
		*symbols = section;
		found = true;
		if (section.sh_type == SHT_SYMTAB)
			break;
	}
	return found && symbols->sh_entsize == sizeof(Elf64_Sym) &&
	       read_section(fd, header, symbols->sh_link, names) && names->sh_type == SHT_STRTAB;
}

/* Of several names of a function, a global one comes first, then a weak one. */
static uint8_t rank_of(const Elf64_Sym *symbol)
{
	unsigned int bind = ELF64_ST_BIND(symbol->st_info);

	return bind == STB_GLOBAL ? 3 : bind == STB_WEAK ? 2 : 1;
}

static void try_symbol(const Elf64_Sym *symbol, struct elf_query *query)
{
	uint8_t rank = rank_of(symbol);

	if (!query->found || query->address < symbol->st_value ||
	    query->address - symbol->st_value >= symbol->st_size)
		return;
	if (query->rank && (query->from > symbol->st_value ||
			    (query->from == symbol->st_value && query->rank >= rank)))
		return;
	query->from = symbol->st_value;
	query->name = symbol->st_name;
	query->rank = rank;
}

static void try_symbols(int fd, const Elf64_Shdr *table, struct elf_query *query, size_t n)
{
	static Elf64_Sym symbol[SYMBOLS_AT_ONCE];
	uint64_t left = table->sh_size / sizeof(*symbol), at = table->sh_offset;

	if (left > SYMBOLS_MAX)
		left = SYMBOLS_MAX;
	while (left) {
		size_t wanted = left < SYMBOLS_AT_ONCE ? left : SYMBOLS_AT_ONCE;
		size_t got = read_some(fd, symbol, wanted * sizeof(*symbol), at) / sizeof(*symbol);

		for (size_t i = 0; i < got; i++) {
			if (ELF64_ST_TYPE(symbol[i].st_info) != STT_FUNC || symbol[i].st_shndx == SHN_UNDEF)
				continue;
			for (size_t j = 0; j < n; j++)
				try_symbol(&symbol[i], &query[j]);
		}
		if (got < wanted)
			return;
		left -= got;
		at += got * sizeof(*symbol);
	}
}

static void read_name(int fd, const Elf64_Shdr *names, struct elf_query *query)
{
	uint64_t most = sizeof(query->function) - 1;
	size_t got;

	if (!query->rank || query->name >= names->sh_size)
		return;
	if (most > names->sh_size - query->name)
		most = names->sh_size - query->name;
	if (names->sh_offset > (uint64_t)INT64_MAX - query->name)
		return;
	got = read_some(fd, query->function, most, names->sh_offset + query->name);
	query->function[got] = '\0';
}

void elf_find(int fd, struct elf_query *query, size_t n)
{
	Elf64_Ehdr header;
	Elf64_Shdr symbols, names;

	for (size_t i = 0; i < n; i++)
		query[i] = (struct elf_query){ .at = query[i].at };
	if (!read_header(fd, &header))
		return;
	find_addresses(fd, &header, query, n);
	if (!find_symbols(fd, &header, &symbols, &names))
		return;
	try_symbols(fd, &symbols, query, n);
	for (size_t i = 0; i < n; i++)
		read_name(fd, &names, &query[i]);
}
