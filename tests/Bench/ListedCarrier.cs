using System.Globalization;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Reporting.Workbooks;
using MinerFlow.Sensor.Commands;
using MinerFlow.Traffic.Carrier;

namespace MinerFlow.Bench;

/// <summary>A carrier's day as its devices logged it, whose accounts they are, and a regulator's list about addresses of that day.</summary>
internal sealed class ListedCarrier(string folder, int rows)
{
    private static readonly string[] Titles = ["序号", "县(市、区)", "IP地址", "源端口", "协议", "发现时间", "矿池地址", "矿池端口", "币种", "线索类型"];
    private static readonly string[] Counties = ["盐湖区", "临猗县", "万荣县", "闻喜县", "稷山县", "新绛县", "绛县", "垣曲县", "夏县", "平陆县", "芮城县", "永济市", "河津市"];

    private readonly CarrierDayOptions _options = new() { Questions = rows, Subscribers = 4_000 };

    public string List { get; } = Path.Combine(folder, "list.xlsx");

    public void Write()
    {
        var day = CarrierDay.Simulate(_options);
        new CarrierLogs(day, _options).Write(folder);
        WriteMaster();
        WriteList(new CarrierQuestions(day, _options).All());
    }

    /// <summary>The logs and tables, as <c>task propose</c> names them.</summary>
    public SourceFiles Sources(string rules) => new()
    {
        Rules = rules,
        Inventories = [Path.Combine(folder, "inventory.csv")],
        Subscribers = [Path.Combine(folder, "master.csv")],
        Radius = [.. Enumerable.Range(1, 3).Select(server => Path.Combine(folder, $"detail-{server}"))],
        NatLogs = [.. Enumerable.Range(1, 3).Select(server => new NatLogFile("nat444", Path.Combine(folder, $"cgn0{server}.log")))],
        ClockSkew = TimeSpan.FromSeconds(2),
    };

    /// <summary>Two of three accounts are people's.</summary>
    private void WriteMaster()
    {
        using var master = new StreamWriter(Path.Combine(folder, "master.csv"), append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        master.WriteLine("账号,用户名称,统一社会信用代码,单位性质,县,装机地址");
        for (var subscriber = 0; subscriber < _options.Subscribers; subscriber++)
        {
            var county = Counties[subscriber % Counties.Length];
            master.WriteLine(subscriber % 3 > 0
                ? FormattableString.Invariant($"{CarrierDay.AccountOf(subscriber)},张示例{subscriber},,个人,{county},{county}示例小区{subscriber / 40}号楼{subscriber}室")
                : FormattableString.Invariant($"{CarrierDay.AccountOf(subscriber)},示例公司{subscriber},91140800MA{subscriber:d8},民营企业,{county},{county}示例路{subscriber}号"));
        }
    }

    private void WriteList(IEnumerable<CarrierQuestion> questions)
    {
        using var document = SpreadsheetDocument.Create(List, SpreadsheetDocumentType.Workbook);
        var book = document.AddWorkbookPart();
        var part = book.AddNewPart<WorksheetPart>("s1");
        using (var xml = OpenXmlWriter.Create(part))
        {
            var sheet = new SheetWriter(xml, SheetLook.List);
            sheet.Open(Enumerable.Repeat(16d, Titles.Length), frozenRows: 1);
            sheet.Heading(Titles);
            foreach (var question in questions)
            {
                // row,ip,port,proto,at
                var fields = question.Line.Split(',');
                var row = int.Parse(fields[0], CultureInfo.InvariantCulture);
                sheet.Row([
                    SheetCell.Of(row + 1), SheetCell.Of(Counties[row % Counties.Length]), SheetCell.Of(fields[1]), SheetCell.Of(fields[2]), SheetCell.Of(fields[3]), SheetCell.Of(fields[4]),
                    SheetCell.Of("pool.example"), SheetCell.Of("3333"), SheetCell.Of("BTC"), SheetCell.Of("协议"),
                ]);
            }

            sheet.Close(headingRow: 1, columns: Titles.Length);
        }

        SheetStyles.Write(book.AddNewPart<WorkbookStylesPart>("styles"));
        book.Workbook = new Workbook(new Sheets(new Sheet { Name = "清单", SheetId = 1, Id = "s1" }));
    }
}
