using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Cdp.Storage.Embedded.Sqlite;

/// <summary>
/// Zeroes what lies between the cell pointers and the cells of a file's b-tree pages. SQLite's secure_delete overwrites
/// deleted cells, but not the old place of a cell that moved when its page was split or balanced; a later deletion does not
/// find that copy. Pages: https://www.sqlite.org/fileformat2.html#b_tree_pages
/// </summary>
internal static class SqliteGaps
{
    private const int FileHeaderBytes = 100;
    private const byte InteriorIndex = 2, InteriorTable = 5, LeafIndex = 10, LeafTable = 13;

    /// <summary>
    /// Zeroes the gaps of the trees under some root pages and flushes. The caller holds the write lock over an empty
    /// write-ahead log, and afterwards makes every connection drop the pages it cached.
    /// </summary>
    public static void Zero(SafeFileHandle file, IEnumerable<long> roots)
    {
        var header = new byte[FileHeaderBytes];
        if (RandomAccess.Read(file, header, 0) < FileHeaderBytes)
            return;
        var size = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(16)) is var bytes && bytes == 1 ? 65536 : (int)bytes;
        var page = new byte[size];
        var pending = new Stack<long>(roots);
        var written = false;
        while (pending.TryPop(out var number))
        {
            var position = (number - 1) * size;
            if (RandomAccess.Read(file, page, position) < size)
                throw new InvalidDataException($"The file ends before page {number} of its trees.");
            var start = number == 1 ? FileHeaderBytes : 0;
            var type = page[start];
            if (type is not (InteriorIndex or InteriorTable or LeafIndex or LeafTable))
                throw new InvalidDataException($"Page {number} should be of a tree and has type {type}.");
            var cells = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(start + 3));
            var content = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(start + 5)) is var first && first == 0 ? 65536 : (int)first;
            var pointers = start + 8;
            if (type is InteriorIndex or InteriorTable)
            {
                pending.Push(BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(pointers)));
                pointers += 4;
                for (var cell = 0; cell < cells; cell++)
                    pending.Push(BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(pointers + (2 * cell))))));
            }
            var gap = page.AsSpan((pointers + (2 * cells))..content);
            if (!gap.ContainsAnyExcept((byte)0))
                continue;
            gap.Clear();
            RandomAccess.Write(file, gap, position + pointers + (2 * cells));
            written = true;
        }
        if (written)
            RandomAccess.FlushToDisk(file);
    }
}
