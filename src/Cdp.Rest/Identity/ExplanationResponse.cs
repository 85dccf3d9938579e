using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Identity;

/// <summary>Why two identifiers are one person, or why they are not.</summary>
/// <param name="Connected">Whether they are one person.</param>
/// <param name="ProfileId">That person; null where they are not one.</param>
/// <param name="AProfileId">Person of the first; null where nobody holds it.</param>
/// <param name="BProfileId">Person of the second; null where nobody holds it.</param>
/// <param name="Reason">Why nothing ties them; null where they are connected.</param>
/// <param name="Split">The split that took them apart; null where none did.</param>
/// <param name="Chain">Events that tie the first to the second, in order.</param>
/// <param name="Link">The event that linked them without merging them; null where they are one, or none did.</param>
/// <param name="Graph">The same as a graph, for drawing.</param>
internal sealed record ExplanationResponse(
    bool Connected, string? ProfileId, string? AProfileId, string? BProfileId, string? Reason, long? Split, IReadOnlyList<EdgeResponse> Chain, EdgeResponse? Link, GraphResponse Graph)
{
    public static ExplanationResponse From(ExplainRequest request, Explanation found)
    {
        EdgeResponse[] chain = [.. found.Chain.Select(EdgeResponse.Of)];
        var link = found.Link is null ? null : EdgeResponse.Of(found.Link);
        var nodes = found.Chain.SelectMany(step => new[] { step.From, step.To }).Prepend(request.A).Append(request.B)
            .Concat(found.Link is null ? [] : [found.Link.Anonymous, found.Link.Known]).Select(NodeResponse.From).DistinctBy(n => n.Id);
        return new(
            found.Connected, found.Connected ? found.APersonId : null, found.APersonId.OrNull(), found.BPersonId.OrNull(), found.Reason.OrNull(),
            found.Split > 0 ? found.Split : null, chain, link, new GraphResponse([.. nodes], link is null ? chain : [link]));
    }
}

/// <summary>Identifiers and the events between them.</summary>
/// <param name="Nodes">Identifiers.</param>
/// <param name="Edges">Events that tie two of them.</param>
internal sealed record GraphResponse(IReadOnlyList<NodeResponse> Nodes, IReadOnlyList<EdgeResponse> Edges);

/// <summary>An identifier.</summary>
/// <param name="Id">As <c>type:value</c>.</param>
/// <param name="Type">Type.</param>
/// <param name="Value">Value.</param>
internal sealed record NodeResponse(string Id, string Type, string Value)
{
    public static NodeResponse From(Identifier identifier) => new(IdOf(identifier), identifier.Type, identifier.Value);

    public static string IdOf(Identifier identifier) => $"{identifier.Type}:{identifier.Value}";
}

/// <summary>An event that ties two identifiers.</summary>
/// <param name="From">One of them, as <c>type:value</c>.</param>
/// <param name="To">The other one.</param>
/// <param name="Rule">What made them one: <c>shared_identifier</c> or <c>alias</c>; <c>link</c> where it did not.</param>
/// <param name="At">When the event happened.</param>
/// <param name="SourceId">Its source.</param>
/// <param name="MessageId">Its message id.</param>
internal sealed record EdgeResponse(string From, string To, string Rule, DateTime At, string SourceId, string MessageId)
{
    public static EdgeResponse Of(Link link) => new(
        NodeResponse.IdOf(link.Anonymous), NodeResponse.IdOf(link.Known), "link", UnixTime.At(link.Timestamp), link.SourceId, link.MessageId);

    public static EdgeResponse Of(ChainLink link) => new(
        NodeResponse.IdOf(link.From), NodeResponse.IdOf(link.To), link.Tie.Rule, UnixTime.At(link.Tie.Timestamp), link.Tie.SourceId, link.Tie.MessageId);
}
