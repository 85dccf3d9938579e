using Cdp.Move.Sides;

namespace Cdp.Move;

/// <summary>What there is to do after a move.</summary>
internal static class NextSteps
{
    public static string After(Place to, Side source, Side target) => to == Place.Engines
        ? $"Done. Start the platform with the same connection strings, and with this data directory where the event log stays in it.\n{source.Name} is as it was: keep it until you are content, then delete it."
        : $"Done. Start the platform without connection strings on {target.Name}.\n{source.Name} is as it was: keep it until you are content, then drop it.";
}
