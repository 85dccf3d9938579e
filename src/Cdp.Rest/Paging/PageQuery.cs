using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace Cdp.Rest.Paging;

/// <summary>Which page of a list.</summary>
/// <param name="Limit">At most this many; the stage has a default and a maximum.</param>
/// <param name="Cursor"><c>next_cursor</c> of the former page; none for the first.</param>
internal readonly record struct PageQuery(
    [property: FromQuery(Name = "limit"), Description("At most this many.")] int? Limit,
    [property: FromQuery(Name = "cursor"), Description("`next_cursor` of the former page; none for the first.")] string? Cursor);
