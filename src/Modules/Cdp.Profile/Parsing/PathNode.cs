using System.Text;
using System.Text.Json;

namespace Cdp.Profile.Parsing;

/// <summary>A place in an event's body where identifiers are looked for, there or below.</summary>
internal sealed class PathNode
{
    private (byte[] Name, PathNode Node)[] _children = [];

    // Lengths of the names below, a bit each: most names of an event need no comparison.
    private ulong _lengths;

    /// <summary>Types whose values stand here.</summary>
    public IdentifierSource[] Sources { get; private set; } = [];

    /// <summary>Whether there is anything to look for below.</summary>
    public bool HasChildren => _children.Length > 0;

    /// <summary>Has a type read from a path below this place.</summary>
    public void Add(ReadOnlySpan<string> path, IdentifierSource source)
    {
        if (path.Length == 0)
        {
            Sources = [.. Sources, source];
            return;
        }
        var child = Child(path[0]);
        if (child is null)
        {
            var name = Encoding.UTF8.GetBytes(path[0]);
            _children = [.. _children, (name, child = new PathNode())];
            _lengths |= 1UL << name.Length;
        }
        child.Add(path[1..], source);
    }

    /// <summary>The place of a name; null where nothing is looked for.</summary>
    public PathNode? Child(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        return Array.Find(_children, child => child.Name.AsSpan().SequenceEqual(bytes)).Node;
    }

    /// <summary>The place of the property that a reader stands on; null where nothing is looked for.</summary>
    public PathNode? Find(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
            return FindEscaped(ref reader);
        var text = reader.ValueSpan;
        if ((_lengths & (1UL << text.Length)) == 0)
            return null;
        foreach (var (name, node) in _children)
        {
            if (text.SequenceEqual(name))
                return node;
        }
        return null;
    }

    private PathNode? FindEscaped(ref Utf8JsonReader reader)
    {
        foreach (var (name, node) in _children)
        {
            if (reader.ValueTextEquals(name))
                return node;
        }
        return null;
    }
}

/// <summary>A type that is read from a place.</summary>
/// <param name="Type">Identifier type.</param>
/// <param name="Platform">Only on devices of this platform, such as <c>ios</c>; null: on all.</param>
/// <param name="IsAdvertising">Only where the device allows tracking.</param>
internal sealed record IdentifierSource(string Type, string? Platform, bool IsAdvertising);
