using System.Text.Json;
using Cdp.Archives;
using Cdp.Move.Sides;

namespace Cdp.Move.Copying;

/// <summary>
/// How far a move has come: a file in the data directory, whichever side that is. It is written after what it tells of is
/// durable, so that a move which goes on repeats a page at most, and repeating changes nothing.
/// </summary>
internal sealed class MoveJournal
{
    private const string File = "move.json";
    private readonly string _path;
    private readonly State _state;

    private MoveJournal(string path, State state) => (_path, _state) = (path, state);

    /// <summary>Whether this move was begun and has not come to its end.</summary>
    public bool IsUnfinished { get; private init; }

    /// <summary>Finds out whether this move was interrupted.</summary>
    /// <param name="directory">Data directory.</param>
    /// <param name="to">Where to.</param>
    /// <param name="engines">The engines, on whichever side.</param>
    public static MoveJournal Open(string directory, Place to, string engines)
    {
        var path = Path.Combine(directory, File);
        var known = System.IO.File.Exists(path) ? JsonSerializer.Deserialize<State>(System.IO.File.ReadAllText(path)) : null;
        return known is { IsFinished: false } && known.To == $"{to}" && known.Engines == engines
            ? new MoveJournal(path, known) { IsUnfinished = true }
            : new MoveJournal(path, new State { To = $"{to}", Engines = engines });
    }

    /// <summary>Where to go on with an archive; null where it is copied as a whole.</summary>
    public string? CursorOf(IArchive archive) => _state.Cursors.GetValueOrDefault(Name(archive), "");

    /// <summary>Notes how far an archive is copied; null: as a whole.</summary>
    public void Note(IArchive archive, string? cursor)
    {
        _state.Cursors[Name(archive)] = cursor;
        Write();
    }

    /// <summary>Notes that the move begins, with nothing copied yet.</summary>
    public void Restart()
    {
        _state.Cursors.Clear();
        Write();
    }

    /// <summary>Notes that it has come to its end.</summary>
    public void End()
    {
        _state.IsFinished = true;
        Write();
    }

    private static string Name(IArchive archive) => $"{archive.Stage}/{archive.Kind}";

    private void Write()
    {
        var next = $"{_path}.next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, _state);
            file.Flush(flushToDisk: true);
        }
        System.IO.File.Move(next, _path, overwrite: true);
    }

    private sealed class State
    {
        public string To { get; set; } = "";

        public string Engines { get; set; } = "";

        public bool IsFinished { get; set; }

        public Dictionary<string, string?> Cursors { get; set; } = [];
    }
}
