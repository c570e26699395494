using System.Data;
using System.Globalization;
using System.Text;
using ExcelDataReader;

namespace MinerFlow.Unit.Reporting.Forms;

/// <summary>A workbook as another library reads it: one table for each sheet, cells as they are.</summary>
internal static class XlsxTables
{
    public static List<DataTable> Read(byte[] workbook)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        using var reader = ExcelReaderFactory.CreateOpenXmlReader(new MemoryStream(workbook));
        var tables = new List<DataTable>();
        do
        {
            var table = new DataTable(reader.Name) { Locale = CultureInfo.InvariantCulture };
            while (reader.Read())
            {
                while (table.Columns.Count < reader.FieldCount)
                {
                    table.Columns.Add(new DataColumn { DataType = typeof(object) });
                }

                table.Rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)]);
            }

            tables.Add(table);
        }
        while (reader.NextResult());
        return tables;
    }

    /// <param name="table">A sheet.</param>
    /// <param name="headingRow">Counted from 0.</param>
    /// <param name="row">Counted from 0 over all rows.</param>
    /// <param name="heading">Of the column.</param>
    public static object Cell(DataTable table, int headingRow, int row, string heading)
    {
        var column = Enumerable.Range(0, table.Columns.Count).Single(index => table.Rows[headingRow][index] as string == heading);
        return table.Rows[row][column];
    }
}
