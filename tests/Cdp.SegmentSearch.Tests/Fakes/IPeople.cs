namespace Cdp.SegmentSearch.Tests.Fakes;

/// <summary>People to whom things happen.</summary>
internal interface IPeople
{
    void Track(string id, string name, long time, string properties);

    void Identify(string id, string trait, string? json);

    void Merge(string absorbed, string survivor);

    void Erase(string id);
}
