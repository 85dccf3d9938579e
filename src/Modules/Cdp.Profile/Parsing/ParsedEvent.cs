using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;

namespace Cdp.Profile.Parsing;

/// <summary>An event with everything that a profile takes from it; once parsed, applying it cannot fail.</summary>
internal sealed class ParsedEvent
{
    public required FeedPosition Position { get; init; }

    public required EventType Type { get; init; }

    /// <summary>The event as it goes on the timeline.</summary>
    public required TimelineEvent Timeline { get; init; }

    /// <summary>Identifiers found on it, as sent.</summary>
    public List<Identifier> Identifiers { get; } = [];

    /// <summary>Traits by name, as JSON text; empty text removes the trait.</summary>
    public List<(string Name, string Json)> Traits { get; } = [];

    /// <summary>Consent by category.</summary>
    public List<(string Category, bool Granted)> Consents { get; } = [];

    /// <summary>groupId of a group call; empty otherwise.</summary>
    public string GroupId { get; init; } = "";

    /// <summary>Adds an identifier, where there is a value.</summary>
    public void AddIdentifier(string type, string value)
    {
        if (value.Length > 0)
            Identifiers.Add(new Identifier { Type = type, Value = value });
    }
}
