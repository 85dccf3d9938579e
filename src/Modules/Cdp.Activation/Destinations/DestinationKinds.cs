namespace Cdp.Activation.Destinations;

/// <summary>The kinds of destinations that this process knows.</summary>
public sealed class DestinationKinds
{
    private readonly Dictionary<string, IDestinationKind> _kinds = new(StringComparer.Ordinal);

    /// <summary>Takes the registered kinds.</summary>
    /// <exception cref="InvalidOperationException">Two kinds have the same name.</exception>
    public DestinationKinds(IEnumerable<IDestinationKind> kinds)
    {
        foreach (var kind in kinds)
        {
            if (!_kinds.TryAdd(kind.Name, kind))
                throw new InvalidOperationException($"{_kinds[kind.Name].GetType()} and {kind.GetType()} are both destinations of the kind '{kind.Name}'.");
        }
    }

    /// <summary>The names, for messages.</summary>
    public string Names => string.Join(", ", _kinds.Keys.Order(StringComparer.Ordinal));

    /// <summary>The kind of a name; null where there is none.</summary>
    public IDestinationKind? Find(string name) => _kinds.GetValueOrDefault(name);

    /// <summary>The kind of a stored destination.</summary>
    /// <exception cref="InvalidOperationException">No kind has this name.</exception>
    public IDestinationKind Of(StoredDestination destination) => Find(destination.Definition.Type)
        ?? throw new InvalidOperationException(
            $"Destination {destination.Definition.Id} is of the kind '{destination.Definition.Type}', which nothing registered; there are: {Names} ({Types}).");

    private string Types => string.Join(", ", _kinds.Values.Select(k => k.GetType()));
}
