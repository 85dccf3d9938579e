using System.Text;

namespace Cdp.Collection.Imports;

/// <summary>Reads lines of bounded length: of a longer one only that it was too long is kept, whatever its size.</summary>
internal sealed class LineReader(Stream stream, int longest) : IDisposable
{
    private readonly StreamReader _text = new(stream);
    private readonly char[] _buffer = new char[16 * 1024];
    private readonly StringBuilder _line = new();
    private int _start;
    private int _end;

    /// <summary>The line; empty where it was too long.</summary>
    public string Line { get; private set; } = "";

    public bool IsTooLong { get; private set; }

    /// <summary>Reads the next line; false at the end.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        _line.Clear();
        IsTooLong = false;
        var any = false;
        var ended = false;
        while (!ended)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, await _text.ReadAsync(_buffer.AsMemory(), cancellationToken));
                if (_end == 0)
                    break;
            }
            any = true;
            ended = TakeUntilNewline();
        }
        Line = IsTooLong ? "" : _line.ToString().TrimEnd('\r');
        return any;
    }

    public void Dispose() => _text.Dispose();

    private bool TakeUntilNewline()
    {
        var rest = _buffer.AsSpan(_start, _end - _start);
        var newline = rest.IndexOf('\n');
        var part = newline < 0 ? rest : rest[..newline];
        _start += newline < 0 ? rest.Length : newline + 1;
        IsTooLong |= _line.Length + part.Length > longest;
        if (!IsTooLong)
            _line.Append(part);
        return newline >= 0;
    }
}
